using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>An outlet that keeps what it is given until the test acknowledges or refuses it.</summary>
internal sealed class RecordedOutlet(TopicPartition target) : ILaneOutlet
{
    public List<ProduceBatch> Waiting { get; } = new(1024);

    public List<byte[]> Taken { get; } = [];

    /// <summary>False: batches are not copied for <see cref="Taken"/>, for tests that count allocations.</summary>
    public bool Keeps { get; init; } = true;

    public int Restarts { get; private set; }

    /// <summary>Where the next batch that is acknowledged stands on the target.</summary>
    public long EndOffset { get; set; }

    public TopicPartition Target => target;

    public long QueuedBytes { get; set; }

    public string? Trouble => null;

    public bool TryEnqueue(Lane owner, in ProduceBatch batch)
    {
        Waiting.Add(batch);
        if (Keeps) Taken.Add(batch.Bytes.ToArray());
        return true;
    }

    public long DropUnsent() => -1;

    public void Forget(int batches) => throw new NotSupportedException();

    public void Restart() => Restarts++;

    /// <summary>Acknowledges everything, oldest first.</summary>
    public void AcknowledgeAll(Lane lane)
    {
        foreach (var batch in Waiting)
        {
            lane.Acknowledged(this, batch, EndOffset);
            EndOffset += batch.RecordCount;
            batch.FrameOwned.Dispose();
        }

        Waiting.Clear();
    }

    /// <summary>Refuses everything that waits.</summary>
    public void RefuseAll(Lane lane, Protocol.Messages.ErrorCode code)
    {
        var dropped = Waiting.Count;
        foreach (var batch in Waiting) batch.FrameOwned.Dispose();
        Waiting.Clear();
        lane.Refused(this, dropped, code, null);
    }
}
