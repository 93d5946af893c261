using Heliostat.Client;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Exactly once: what the lanes of a slot delivered and their positions become visible together, one transaction after the other.
/// <list type="bullet">
/// <item>A. Positions are taken while the transaction is held: nothing is in flight, so they stand for exactly what is in it.</item>
/// <item>B. Nothing is committed without its positions. When a write is refused, the transaction is lost and the flow begins anew at the last committed ones.</item>
/// </list>
/// </summary>
internal sealed class TransactionLoop(
    LaneTable lanes, ProducerTransaction transaction, PositionTopic positions, LaneOffsetTable offsets, string topic, TimeSpan interval,
    TimeProvider time) : IPositionLoop, IDisposable
{
    private readonly Dictionary<TopicPartition, long> _committed = [];
    private readonly SemaphoreSlim _one = new(1);

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
            if (Moved().Count == 0)
            {
                return true;
            }

            await transaction.HoldAsync(ct);
            var moved = Moved();
            await transaction.WriteAsync([.. Writes(moved)], ct);
            await transaction.CommitAsync(ct);
            foreach (var (lane, position) in moved)
            {
                _committed[lane] = position.Offset;
            }

            transaction.Release();
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private Dictionary<TopicPartition, LanePosition> Moved()
    {
        Dictionary<TopicPartition, LanePosition> moved = [];
        foreach (var lane in lanes.Open)
        {
            var position = lane.Position;
            if (position.Offset != _committed.GetValueOrDefault(lane.Plan.Source, offsets.StartOf(lane.Plan.Source)))
            {
                moved[lane.Plan.Source] = position;
            }
        }

        return moved;
    }

    private IEnumerable<TransactionWrite> Writes(Dictionary<TopicPartition, LanePosition> moved) =>
        from partition in positions.Records(moved).GroupBy(record => record.Partition)
        from batch in KeyedBatches.Of(partition.Select(record => record.Record), time.GetUtcNow().ToUnixTimeMilliseconds())
        select new TransactionWrite(new TopicPartition(topic, partition.Key), batch.Bytes);
}
