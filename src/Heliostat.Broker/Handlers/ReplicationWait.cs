using Heliostat.Broker.Logs;
using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// A Produce that waits until the replicas in sync have what it appended (DelayedProduce), or its time is up: then it stays appended all
/// the same.
/// </summary>
internal sealed class ReplicationWait
{
    private readonly List<Row> _rows = [];

    /// <summary>
    /// Lets the followers of a partition fetch what was appended, and has it waited for where the client asked for all acks.
    /// </summary>
    public static void Add(ref ReplicationWait? wait, Partition partition, Leadership before, PartitionProduceResponse answer,
        Memory<byte> records, short acks)
    {
        partition.Appended();
        if (acks != -1) return;

        wait ??= new ReplicationWait();
        wait._rows.Add(new Row(partition, answer, answer.BaseOffset + new RecordBatchHeader(records.Span).LastOffsetDelta + 1, before));
    }

    public async ValueTask RunAsync(TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            var left = timeout - time.GetElapsedTime(began);
            using var waiter = new FetchWaiter(long.MaxValue, left < TimeSpan.Zero ? TimeSpan.Zero : left, time, ct);

            // It listens before anything is looked at: what changes meanwhile wakes it.
            Row[] listened = [.. _rows];
            foreach (var row in listened) row.Partition.Log.AddWaiter(waiter, row.Partition.Log.HighWatermark);
            _rows.RemoveAll(static row => row.IsDone());
            var isOver = _rows.Count == 0 || left < TimeSpan.FromMilliseconds(1);
            if (!isOver) await waiter.Done;
            foreach (var row in listened) row.Partition.Log.RemoveWaiter(waiter);
            if (isOver) break;
        }

        foreach (var row in _rows) row.Answer.ErrorCode = ErrorCode.RequestTimedOut;
    }

    private sealed record Row(Partition Partition, PartitionProduceResponse Answer, long End, Leadership Before)
    {
        public bool IsDone()
        {
            var now = Partition.Leadership;
            if (now.Leader != Before.Leader || now.LeaderEpoch != Before.LeaderEpoch) Answer.ErrorCode = ErrorCode.NotLeaderOrFollower;
            else if (Partition.Log.HighWatermark < End) return false;
            else if (now.Isr.Count < Partition.MinInsyncReplicas) Answer.ErrorCode = ErrorCode.NotEnoughReplicasAfterAppend;
            return true;
        }
    }
}
