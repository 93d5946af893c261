using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// Where partitions start that no position is stored of: topics that were there when the mirror first looked as <c>auto.offset.reset</c> says, what appears later at its
/// beginning, as nothing of it may be skipped. For as long as the process runs; thread-safe.
/// </summary>
internal sealed class StartRule(AutoOffsetReset reset)
{
    private readonly Lock _gate = new();
    private HashSet<string>? _first;

    public AutoOffsetReset Reset => reset;

    /// <summary>Topics that the source has; those of the first call were there before the mirror was.</summary>
    public void See(IEnumerable<string> topics)
    {
        lock (_gate)
        {
            _first ??= new HashSet<string>(topics, StringComparer.Ordinal);
        }
    }

    /// <summary>A partition of <paramref name="topic"/> starts at the end of its log; otherwise at its beginning.</summary>
    /// <param name="topic">The topic on the source.</param>
    /// <param name="isMirrored">Other partitions of it have positions: this one was added after they were mirrored.</param>
    public bool IsAtEnd(string topic, bool isMirrored)
    {
        lock (_gate)
        {
            return reset == AutoOffsetReset.Latest && !isMirrored && _first?.Contains(topic) == true;
        }
    }
}
