using Heliostat.Client.Admin;

namespace Heliostat.Mirroring.Clusters;

/// <summary>Offsets as far as the leaders of partitions tell them.</summary>
internal static class ToldOffsets
{
    /// <summary>
    /// Offsets at <paramref name="spec"/> (<see cref="OffsetSpec"/>), open transactions included; a partition whose leader did not tell is
    /// missing. Of no partition nobody is asked.
    /// </summary>
    public static async Task<Dictionary<TopicPartition, long>> ToldOffsetsAsync(this AdminClient cluster,
        IEnumerable<TopicPartition> partitions, long spec, CancellationToken ct)
    {
        var listed = await cluster.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => spec),
            IsolationLevel.ReadUncommitted, ct);
        return listed
            .Where(offset => offset.Value.ErrorCode == ErrorCode.None).ToDictionary(offset => offset.Key, offset => offset.Value.Offset);
    }
}
