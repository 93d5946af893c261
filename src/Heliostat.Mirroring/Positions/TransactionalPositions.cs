using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// Exactly once: what the lanes of a slot delivered, their positions and their offset maps become visible together, one transaction after
/// the other.
/// <list type="bullet">
/// <item>A. Positions are taken while the transaction is held: nothing is in flight, so they stand for exactly what is in it.</item>
/// <item>B. Nothing is committed without its positions. When a write is refused, the transaction is lost and the flow begins anew at the
/// last committed ones.</item>
/// </list>
/// </summary>
internal sealed class TransactionalPositions : IPositions
{
    private readonly PositionLedger _ledger;
    private readonly SlotTransaction _transaction;
    private readonly StoredIn _positions;
    private readonly StoredIn _maps;
    private readonly TimeProvider _time;

    /// <param name="ledger">Which lanes moved.</param>
    /// <param name="transaction">The slot's.</param>
    /// <param name="positions">The offsets topic.</param>
    /// <param name="maps">The topic of the offset maps.</param>
    /// <param name="interval">From one commit to the next.</param>
    /// <param name="time">The clock.</param>
    public TransactionalPositions(PositionLedger ledger, SlotTransaction transaction, StoredIn positions, StoredIn maps,
        TimeSpan interval, TimeProvider time)
    {
        _ledger = ledger;
        _transaction = transaction;
        _positions = positions;
        _maps = maps;
        _time = time;
        Rounds = new Rounds(interval, CommitAsync, tell: null, time) { IsExpected = _ => false };
    }

    public Rounds Rounds { get; }

    public bool NeedTheProducer => true;

    /// <summary>What was not committed is aborted, not there.</summary>
    public long Unstored(IReadOnlyList<Lane> lanes) => 0;

    public Task ForgetAsync(IReadOnlyList<Lane> gone, CancellationToken ct) => Rounds.BetweenRoundsAsync(() => _ledger.Forget(gone), ct);

    private async Task CommitAsync(CancellationToken ct)
    {
        // One that was lost says so when it is held, also where nothing moved since.
        if (_ledger.Moved().Count > 0 || _transaction.IsOver)
        {
            await _transaction.UseAsync(transaction => CommitAsync(transaction, ct), ct);
        }
    }

    private async Task CommitAsync(ProducerTransaction transaction, CancellationToken ct)
    {
        await transaction.HoldAsync(ct);
        var moved = _ledger.Moved();
        var changes = _ledger.Changes();
        await transaction.WriteAsync(
            [.. Writes(_maps.Topic, LaneOffsetTable.Records(changes, _maps.Partitions)),
                .. Writes(_positions.Topic, _ledger.Records(moved, _positions.Partitions))], ct);
        await transaction.CommitAsync(ct);
        _ledger.Written(changes);
        _ledger.Stored(moved);
        transaction.Release();
    }

    private IEnumerable<TransactionWrite> Writes(string topic, IEnumerable<PlacedRecord> records) =>
        from partition in records.GroupBy(record => record.Partition)
        from batch in KeyedBatches.Of(partition.Select(record => record.Record), _time.GetUtcNow().ToUnixTimeMilliseconds())
        select new TransactionWrite(new TopicPartition(topic, partition.Key), batch.Bytes);
}
