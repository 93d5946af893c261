using Heliostat.Client.Producing;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>An outlet that keeps what it is given until the test acknowledges or refuses it.</summary>
internal sealed class RecordedOutlet(TopicPartition target) : ILaneOutlet
{

    public List<ProduceBatch> Waiting { get; } = new(1024);

    public List<byte[]> Taken { get; } = [];

    /// <summary>Those of <see cref="Taken"/> that were acknowledged.</summary>
    public List<byte[]> Acknowledged { get; } = [];

    /// <summary>False: batches are not copied for <see cref="Taken"/>, for tests that count allocations.</summary>
    public bool Keeps { get; init; } = true;

    public int Restarts { get; private set; }

    /// <summary>Where the next batch that is acknowledged stands on the target.</summary>
    public long EndOffset { get; set; }

    public TopicPartition Target => target;

    public long Transaction { get; set; }

    public long QueuedBytes { get; set; }

    public int QueuedBatches => Waiting.Count;

    public TimeSpan RoundTrip { get; set; }

    public string? Trouble { get; set; }

    public ErrorCode TroubleCode { get; set; }

    /// <summary>How many of those that wait the target's leader was sent; the rest can be given back.</summary>
    public int Sent { get; set; } = int.MaxValue;

    /// <summary>A batch of another lane was refused.</summary>
    public bool IsHalted { get; set; }

    public bool TryEnqueue(Lane owner, in ProduceBatch batch)
    {
        if (IsHalted)
        {
            batch.FrameOwned.Dispose();
            return false;
        }

        Waiting.Add(batch);
        if (Keeps) Taken.Add(batch.Bytes.ToArray());
        return true;
    }

    public int DropUnsent(Func<long, int> countFrom)
    {
        if (Waiting.Count <= Sent) return 0;

        var first = Waiting[Sent].FirstSourceOffset;
        foreach (var batch in Waiting.Skip(Sent)) batch.FrameOwned.Dispose();
        var given = Waiting.Count - Sent;
        Waiting.RemoveRange(Sent, given);
        Assert.Equal(given, countFrom(first));
        return given;
    }

    public void Restart()
    {
        IsHalted = false;
        Restarts++;
    }

    /// <summary>Acknowledges everything, oldest first.</summary>
    public void AcknowledgeAll(Lane lane) => AcknowledgeUntil(lane, static _ => false);

    /// <summary>Acknowledges, oldest first, what stands before the first batch that is <paramref name="refused"/>.</summary>
    public void AcknowledgeUntil(Lane lane, Predicate<ProduceBatch> refused)
    {
        while (Waiting.Count > 0 && !refused(Waiting[0]))
        {
            var batch = Waiting[0];
            Waiting.RemoveAt(0);
            if (Keeps) Acknowledged.Add(batch.Bytes.ToArray());
            lane.Acknowledged(this, batch, EndOffset);
            EndOffset += batch.RecordCount;
            batch.FrameOwned.Dispose();
        }
    }

    /// <summary>Refuses everything that waits.</summary>
    public void RefuseAll(Lane lane, ErrorCode code)
    {
        var dropped = Waiting.Count;
        foreach (var batch in Waiting) batch.FrameOwned.Dispose();
        Waiting.Clear();
        lane.Refused(this, dropped, code, null);
    }
}
