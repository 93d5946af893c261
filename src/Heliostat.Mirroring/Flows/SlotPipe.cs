using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Positions;

namespace Heliostat.Mirroring.Flows;

/// <summary>What the lanes of a slot read and write with.</summary>
/// <param name="target">The client to write with.</param>
/// <param name="fetcher">Reads the source.</param>
/// <param name="producer">Writes the target, as long as the life lasts.</param>
/// <param name="transaction">Under exactly-once instead: what all that the slot writes goes in, while it is this worker's.</param>
internal sealed class SlotPipe(KafkaClient target, Fetcher fetcher, Producer? producer, SlotTransaction? transaction = null)
{
    private volatile bool _isBroken;

    public KafkaClient Target => target;

    public Fetcher Fetcher => fetcher;

    public SlotTransaction? Transaction => transaction;

    /// <summary>Writes the target now.</summary>
    public Producer Producer => producer ?? transaction!.Producer;

    /// <summary>Something of it ended on its own: no acknowledgement will come any more.</summary>
    public bool IsLost => _isBroken || transaction?.IsOver == true;

    public void Break() => _isBroken = true;
}
