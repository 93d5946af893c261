using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// Where partitions start that no position is stored of: topics that were there when the mirror first looked as <c>auto.offset.reset</c>
/// says, what appears later at its beginning, as nothing of it may be skipped. For as long as the process runs; thread-safe.
/// </summary>
internal sealed class StartRule(AutoOffsetReset reset, TopicSelection selection)
{
    private readonly Lock _gate = new();
    private readonly string _selection = SelectionNote.DigestOf(selection);
    private HashSet<string>? _first;
    private SelectionNote? _note;
    private bool _hasRun;

    public AutoOffsetReset Reset => reset;

    /// <summary>What is to be left with positions; null where it does not matter.</summary>
    public SelectionNote? Note
    {
        get
        {
            lock (_gate)
            {
                return _note;
            }
        }
    }

    /// <summary>It is yet to be told what mirrors before this one left.</summary>
    public bool WantsNotes => reset == AutoOffsetReset.Latest && Note is null;

    /// <summary>
    /// What mirrors before this process left; counts once. If one of them selected the same topics, each that was there then has a
    /// position.
    /// </summary>
    /// <param name="left">The notes.</param>
    /// <param name="now">The time.</param>
    /// <param name="oneStart">Processes that start within so much of each other for the first time are one start.</param>
    public void Remember(IEnumerable<SelectionNote> left, DateTimeOffset now, TimeSpan oneStart)
    {
        lock (_gate)
        {
            if (reset == AutoOffsetReset.Latest && _note is null)
            {
                var first = left.Where(note => note.Selection == _selection).MinBy(note => note.Since);
                _note = first ?? new SelectionNote(_selection, now.ToUnixTimeSeconds());
                _hasRun = first is not null && first.Since <= (now - oneStart).ToUnixTimeSeconds();
            }
        }
    }

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
            return reset == AutoOffsetReset.Latest && !isMirrored && !_hasRun && _first?.Contains(topic) == true;
        }
    }
}
