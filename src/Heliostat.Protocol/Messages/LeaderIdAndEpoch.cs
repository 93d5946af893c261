using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>The leader to turn to instead (KIP-951); -1 where it is not known.</summary>
public sealed class LeaderIdAndEpoch : IBody
{
    public int LeaderId = -1;
    public int LeaderEpoch = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref LeaderId);
        w.Int32(ref LeaderEpoch);
    }
}
