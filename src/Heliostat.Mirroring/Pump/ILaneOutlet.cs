using Heliostat.Client.Producing;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// One target partition as lanes see it. Answers come back through <see cref="Lane.Acknowledged"/> and <see cref="Lane.Refused"/>.
/// </summary>
internal interface ILaneOutlet
{
    TopicPartition Target { get; }

    /// <summary>Bytes handed over and not acknowledged.</summary>
    long QueuedBytes { get; }

    /// <summary>Batches handed over and not acknowledged.</summary>
    int QueuedBatches { get; }

    /// <summary>How long the target takes at best to acknowledge a batch; zero while that is not known.</summary>
    TimeSpan RoundTrip { get; }

    /// <summary>Why it does not get on, in one sentence; null when nothing failed lately.</summary>
    string? Trouble { get; }

    /// <summary>The target's answer behind <see cref="Trouble"/>; none where it did not answer.</summary>
    ErrorCode TroubleCode { get; }

    /// <summary>It holds as many offsets as it was told of (<see cref="Through"/>).</summary>
    bool IsWhole => true;

    /// <summary>The transaction that batches go in now, counted from 1; 0 where they go in none.</summary>
    long Transaction => 0;

    /// <summary>Whether offsets are the same on both sides; null where nobody asked for that.</summary>
    LaneEquality? Equality => null;

    /// <summary>Offsets that are being filled, where that takes longer than a moment; null where none are.</summary>
    LaneFilling? Filling => null;

    /// <summary>
    /// Hands a batch over, in order; never waits. False, and the batch is given up, after a refusal until <see cref="Restart"/>.
    /// </summary>
    bool TryEnqueue(Lane owner, in ProduceBatch batch);

    /// <summary>
    /// Drops what was never sent, of which no acknowledgement will come then, and returns how many batches that were. Only for an outlet
    /// that one lane owns: <paramref name="countFrom"/> says how many it has from a source offset on, the first that is dropped.
    /// </summary>
    int DropUnsent(Func<long, int> countFrom);

    /// <summary>All before the source offset <paramref name="next"/> was handed over, or is left out. Under the lane's lock.</summary>
    void Through(Lane owner, long next)
    {
    }

    /// <summary>Ends it, where one lane owns it: nothing is told any more.</summary>
    void Close(Producer producer)
    {
    }

    /// <summary>Takes batches again after a refusal, once all lanes have heard of it.</summary>
    void Restart();
}
