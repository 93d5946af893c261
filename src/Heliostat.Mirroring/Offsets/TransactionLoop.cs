using Heliostat.Client;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Exactly once: what the lanes of a slot delivered, their positions and their offset maps become visible together, one transaction after the other.
/// <list type="bullet">
/// <item>A. Positions are taken while the transaction is held: nothing is in flight, so they stand for exactly what is in it.</item>
/// <item>B. Nothing is committed without its positions. When a write is refused, the transaction is lost and the flow begins anew at the last committed ones.</item>
/// </list>
/// </summary>
internal sealed class TransactionLoop(
    LaneTable lanes, ProducerTransaction transaction, PositionTopic positions, LaneOffsetTable offsets, string positionsTopic, int positionsPartitions, string mapTopic,
    int mapPartitions, TimeSpan interval, TimeProvider time) : IPositionLoop
{
    private readonly PositionLedger _committed = new(lanes, offsets);
    private readonly AsyncLock _one = new();

    public string? Trouble => null;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            await StoreAsync(ct);
        }
    }

    public async Task<bool> StoreAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            // One that was lost says so when it is held, also where nothing moved since.
            if (_committed.Moved().Count == 0 && transaction.Snapshot().Status != TransactionStatus.Over)
            {
                return true;
            }

            await transaction.HoldAsync(ct);
            var moved = _committed.Moved();
            var changes = offsets.Changes(lanes);
            await transaction.WriteAsync([.. Writes(mapTopic, LaneOffsetTable.Records(changes, mapPartitions)), .. Writes(positionsTopic, positions.Records(moved, positionsPartitions))], ct);
            await transaction.CommitAsync(ct);
            offsets.Written(changes);
            _committed.Stored(moved);
            transaction.Release();
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    private IEnumerable<TransactionWrite> Writes(string topic, IEnumerable<PlacedRecord> records) =>
        from partition in records.GroupBy(record => record.Partition)
        from batch in KeyedBatches.Of(partition.Select(record => record.Record), time.GetUtcNow().ToUnixTimeMilliseconds())
        select new TransactionWrite(new TopicPartition(topic, partition.Key), batch.Bytes);
}
