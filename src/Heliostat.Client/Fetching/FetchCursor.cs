namespace Heliostat.Client.Fetching;

/// <summary>A position in one source partition, which a <see cref="Fetcher"/> follows from leader to leader. Thread-safe.</summary>
public sealed class FetchCursor
{
    private readonly Fetcher _fetcher;

    internal FetchCursor(Fetcher fetcher, TopicPartition partition, long offset, int leaderEpoch, IFetchSink sink)
    {
        _fetcher = fetcher;
        Partition = partition;
        Position = offset;
        LastFetchedEpoch = leaderEpoch;
        Sink = sink;
    }

    public TopicPartition Partition { get; }

    public IFetchSink Sink { get; }

    /// <summary>The next offset to fetch.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Why it is not being fetched although it is not paused: the last error, until data comes again; <see cref="ErrorCode.None"/> when all
    /// is well.
    /// </summary>
    public ErrorCode Trouble { get; internal set; }

    /// <summary>It stands still until <see cref="Resume"/>.</summary>
    public bool IsPaused { get; private set; }

    // All that follows is guarded by the fetcher's gate.

    /// <summary>
    /// The epoch of the record before <see cref="Position"/>: the leader checks it against its log (KIP-595); -1 when unknown.
    /// </summary>
    internal int LastFetchedEpoch { get; private set; }

    internal bool IsRemoved { get; set; }

    /// <summary>Where it is fetched now; null while it waits for a leader.</summary>
    internal SessionBook? Book { get; set; }

    /// <summary>How it got there, and why it waits.</summary>
    internal CursorPlace Place { get; } = new();

    /// <summary>The topic's id when first seen, or as it was asked for; empty before Kafka 2.8.</summary>
    internal Guid TopicId { get; set; }

    /// <summary>The epoch of the leader it is fetched from, as metadata named it; -1 when unknown.</summary>
    internal int LeaderEpoch { get; set; } = -1;

    /// <summary>The loop's session on the broker holds it.</summary>
    internal bool IsInSession { get; set; }

    /// <summary>It is in the loop's list of what the next request must say.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>The position that the last request asked for.</summary>
    internal long SentPosition { get; set; } = -1;

    /// <summary>The loop's request that named it last.</summary>
    internal long NamedIn { get; set; }

    internal bool IsActive => !IsPaused && !IsRemoved;

    /// <summary>
    /// What came is taken up to <paramref name="nextOffset"/>; only within <see cref="IFetchSink.Fetched"/>. <paramref name="leaderEpoch"/>
    /// is the partition leader epoch of the last batch taken (magic 2), with which a truncated log is noticed; -1 when unknown.
    /// </summary>
    public void Advance(long nextOffset, int leaderEpoch = -1)
    {
        lock (_fetcher.Gate)
        {
            Position = nextOffset;
            LastFetchedEpoch = leaderEpoch;
            Book?.Touch(this);
        }
    }

    /// <summary>Stops fetching; an answer on its way is dropped. May be called within <see cref="IFetchSink.Fetched"/>.</summary>
    public void Pause()
    {
        lock (_fetcher.Gate)
        {
            if (!IsPaused)
            {
                IsPaused = true;
                Book?.Paused(this);
            }
        }
    }

    /// <summary>Goes on from <see cref="Position"/>.</summary>
    public void Resume()
    {
        lock (_fetcher.Gate)
        {
            if (IsPaused && !IsRemoved)
            {
                IsPaused = false;
                if (Book is null)
                {
                    _fetcher.Placement.Await(this);
                }
                else
                {
                    Book.Resumed(this);
                }
            }
        }
    }

    /// <summary>Moves the position; answers for the old one are dropped. A paused cursor stays paused.</summary>
    public void Seek(long offset, int leaderEpoch = -1) => Advance(offset, leaderEpoch);

    /// <summary>It follows another log from now on: the epoch says nothing about it.</summary>
    internal void Adopt(Guid topicId)
    {
        TopicId = topicId;
        LastFetchedEpoch = -1;
    }

    /// <summary>It cannot be fetched: stands still, and its sink is told why.</summary>
    internal void Fail(in FetchFailure failure)
    {
        Pause();
        Sink.Failed(this, failure);
    }

    internal void Succeeded()
    {
        Place.Failures = 0;
        Trouble = ErrorCode.None;
    }
}
