using System.Buffers.Binary;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Connections;

/// <summary>
/// Finds the time for which a broker asks to be spared (KIP-219) in an answer of any API: it is the first field, from some version on.
/// Produce has it last, Fetch is read raw, ApiVersions and OffsetDelete have it elsewhere, SASL not at all.
/// </summary>
internal static class ThrottleTime
{
    private const short Never = short.MaxValue;

    /// <summary>Milliseconds; 0 when the answer has none. <paramref name="body"/> is what follows the header.</summary>
    public static int Find(ReadOnlySpan<byte> body, Api api, short version) =>
        version >= FirstVersionWithIt(api.Key) && body.Length >= sizeof(int) ? Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(body)) : 0;

    private static short FirstVersionWithIt(ApiKey key) => key switch
    {
        ApiKey.Produce or ApiKey.ApiVersions or ApiKey.OffsetDelete or ApiKey.SaslHandshake or ApiKey.SaslAuthenticate => Never,
        ApiKey.Metadata or ApiKey.OffsetCommit or ApiKey.OffsetFetch => 3,
        ApiKey.ListOffsets or ApiKey.JoinGroup or ApiKey.CreateTopics or ApiKey.OffsetForLeaderEpoch => 2,
        ApiKey.Fetch or ApiKey.FindCoordinator or ApiKey.Heartbeat or ApiKey.LeaveGroup or ApiKey.SyncGroup or ApiKey.DescribeGroups
            or ApiKey.ListGroups
            or ApiKey.DeleteTopics => 1,
        _ => 0,
    };
}
