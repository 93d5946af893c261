namespace Heliostat.Client.Fetching;

/// <summary>A position in one source partition, which a <see cref="Fetcher"/> follows from leader to leader. Thread-safe.</summary>
public sealed class FetchCursor
{
    internal FetchCursor(TopicPartition partition, long offset, IFetchSink sink)
    {
        Partition = partition;
        Position = offset;
        Sink = sink;
    }

    public TopicPartition Partition { get; }

    public IFetchSink Sink { get; }

    /// <summary>The next offset to fetch.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// What came is taken up to <paramref name="nextOffset"/>; only within <see cref="IFetchSink.Fetched"/>. <paramref name="leaderEpoch"/> is the partition
    /// leader epoch of the last batch taken (magic 2), with which a truncated log is noticed; -1 when unknown.
    /// </summary>
    public void Advance(long nextOffset, int leaderEpoch = -1) => throw new NotSupportedException();

    /// <summary>Stops fetching; an answer on its way is dropped. May be called within <see cref="IFetchSink.Fetched"/>.</summary>
    public void Pause() => throw new NotSupportedException();

    /// <summary>Goes on from <see cref="Position"/>.</summary>
    public void Resume() => throw new NotSupportedException();

    /// <summary>Goes on from <paramref name="offset"/>, paused or not; answers for the old position are dropped.</summary>
    public void Seek(long offset, int leaderEpoch = -1) => throw new NotSupportedException();
}
