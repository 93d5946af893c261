using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>What a log needs to know of a stored batch, and where it lies in its segment.</summary>
internal readonly record struct BatchFacts(long Position, int Size, long BaseOffset, long LastOffset, long MaxTimestamp, int LeaderEpoch)
{
    public static BatchFacts Of(in RecordBatchHeader header, long position) =>
        new(position, header.SizeInBytes, header.BaseOffset, header.LastOffset, header.MaxTimestamp, header.PartitionLeaderEpoch);
}
