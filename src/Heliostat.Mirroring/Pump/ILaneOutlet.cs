using Heliostat.Client.Producing;

namespace Heliostat.Mirroring.Pump;

/// <summary>One target partition as lanes see it. Answers come back through <see cref="Lane.Acknowledged"/> and <see cref="Lane.Refused"/>.</summary>
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

    /// <summary>Hands a batch over, in order; never waits. False, and the batch is given up, after a refusal until <see cref="Restart"/>.</summary>
    bool TryEnqueue(Lane owner, in ProduceBatch batch);

    /// <summary>
    /// Drops what was never sent, of which no acknowledgement will come then, and returns how many batches that were. Only for an outlet that one lane owns:
    /// <paramref name="countFrom"/> says how many it has from a source offset on, the first that is dropped.
    /// </summary>
    int DropUnsent(Func<long, int> countFrom);

    /// <summary>Takes batches again after a refusal, once all lanes have heard of it.</summary>
    void Restart();
}
