namespace Heliostat.Simulation.Worlds;

/// <summary>All that was ever written to the source, and what befell the logs of both sides so that it may not be there any more.</summary>
internal sealed class History
{
    /// <summary>A lease ends so long before anybody else is given anything (<c>Sharing/Lease</c>).</summary>
    public static readonly TimeSpan InTime = TimeSpan.FromSeconds(1.5);

    private readonly Dictionary<int, Dictionary<string, Written>> _written = [];
    private readonly Dictionary<int, HashSet<string>> _taken = [];
    private readonly HashSet<Loss> _losses = [];

    /// <summary>Which topic of the name it is now: it counts how often the topic was made.</summary>
    public int Topic { get; set; }

    /// <summary>
    /// Whether a request may have come to the target later than its worker had any right to write: what was handed to a connection under
    /// the lease is bound by nothing but the network.
    /// </summary>
    public bool CameLate { get; set; }

    /// <summary>Whether no log lost what was acknowledged.</summary>
    public bool IsWhole => _losses.Count == 0;

    /// <summary>Notes what befell a log, or all logs of the topic with partition -1.</summary>
    public void Lost(What what, int partition) => _losses.Add(new Loss(what, partition));

    /// <summary>Whether that befell the partition.</summary>
    public bool Has(What what, int partition) => _losses.Contains(new Loss(what, partition)) || _losses.Contains(new Loss(what, -1));

    /// <summary>Whether one of these befell any partition.</summary>
    public bool HasAny(params ReadOnlySpan<What> whats)
    {
        foreach (var what in whats)
        {
            if (_losses.Any(loss => loss.What == what))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What was written to a partition, by value.</summary>
    public IReadOnlyDictionary<string, Written> Of(int partition) => WrittenTo(partition);

    /// <summary>What a partition held, for consumers to read, when it was deleted.</summary>
    public IReadOnlyCollection<string> Taken(int partition) => _taken.GetValueOrDefault(partition) ?? [];

    /// <summary>The source deletes these, each in words.</summary>
    public void Take(int partition, IEnumerable<string> records)
    {
        _taken.TryAdd(partition, []);
        _taken[partition].UnionWith(records);
    }

    public void Write(int partition, string value, string words, long offset) =>
        WrittenTo(partition).Add(value, new Written(words, WrittenTo(partition).Count, Topic, offset));

    private Dictionary<string, Written> WrittenTo(int partition)
    {
        if (!_written.TryGetValue(partition, out var written))
        {
            _written[partition] = written = [];
        }

        return written;
    }

    /// <summary>How a log may lose what was acknowledged.</summary>
    internal enum What
    {
        /// <summary>The source deleted its oldest records.</summary>
        SourceDeleted,

        /// <summary>The source lost its newest records.</summary>
        SourceCut,

        /// <summary>The source's topic was deleted and made anew.</summary>
        SourceMadeAnew,

        /// <summary>The target lost its newest records.</summary>
        TargetCut,

        /// <summary>The target's topic was deleted.</summary>
        TargetDeleted,

        /// <summary>The target forgot who writes.</summary>
        TargetForgot,
    }

    private readonly record struct Loss(What What, int Partition);
}
