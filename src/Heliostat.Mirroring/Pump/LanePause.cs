using Heliostat.Client;

namespace Heliostat.Mirroring.Pump;

/// <summary>Why a lane stands still, and when it is tried again; null when somebody must act first.</summary>
internal sealed record LanePause(string Cause, DateTimeOffset? RetryAt)
{
    /// <summary>Bytes of the source that cannot be read: trying again would read the same.</summary>
    public static LanePause SourceDamage(TopicPartition source, long offset, string what) =>
        new($"source: {source.Topic}-{source.Partition} at offset {offset}: {what}; the lane stops here until the log is repaired or the offset is skipped", null);
}
