namespace Heliostat.Client.Fetching;

/// <summary>
/// Where fetched batches go. Called by the fetch loop of a broker, one call at a time per cursor; must be quick and must not throw.
/// </summary>
public interface IFetchSink
{
    /// <summary>
    /// Data for a cursor at its position. The sink moves the position with <see cref="FetchCursor.Advance"/>, and retains the frame for
    /// what it keeps beyond the call.
    /// </summary>
    void Fetched(FetchCursor cursor, in FetchedPartition partition);

    /// <summary>The cursor cannot go on by itself: it is paused until <see cref="FetchCursor.Resume"/>.</summary>
    void Failed(FetchCursor cursor, in FetchFailure failure);
}
