using Heliostat.Client;
using Heliostat.Client.Fetching;
using Heliostat.Client.Groups;

namespace Heliostat.Configuration.Options;

/// <summary>How a flow reads its source, or what it reads of its target: Kafka's consumer settings in the client's own records.</summary>
public sealed record SourceOptions
{
    public required ClientOptions Client { get; init; }

    /// <summary>Kafka's largest answer; the memory budget bounds it further.</summary>
    public FetchOptions Fetch { get; init; } = new() { MaxBytes = 50 * 1024 * 1024 };

    /// <summary>The consumer group that shares the partitions and stores the positions; MirrorMaker 2's way joins none.</summary>
    public required GroupOptions Group { get; init; }

    /// <summary><c>auto.offset.reset</c>: decides only where a partition without a committed offset starts.</summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Earliest;

    /// <summary><c>default.api.timeout.ms</c>: how long the source may take to answer at the start; null for ten seconds.</summary>
    public TimeSpan? FirstAnswer { get; init; }

    /// <summary>
    /// <c>check.crcs</c>: verify batches on the record path; the pass-through path hands the source's checksum to the target to verify.
    /// </summary>
    public bool CheckCrcs { get; init; } = true;
}
