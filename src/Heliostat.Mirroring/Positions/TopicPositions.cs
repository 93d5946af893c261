using Heliostat.Client;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// Stores the positions of lanes that moved in the offsets topic, without stopping anything.
/// <list type="bullet">
/// <item>A. A position is taken before the offset map that goes with it, and written after it: what is stored of the map reaches at least
/// as far.</item>
/// <item>B. One store is under way at a time; what moves meanwhile is in the next.</item>
/// </list>
/// </summary>
internal sealed partial class TopicPositions : IPositions
{
    private readonly PositionLedger _ledger;
    private readonly TopicAppender _positions;
    private readonly TopicAppender _maps;
    private readonly ILogger _logger;

    /// <param name="ledger">Which lanes moved.</param>
    /// <param name="positions">Writes the offsets topic.</param>
    /// <param name="maps">Writes the topic of the offset maps.</param>
    /// <param name="interval">From one store to the next.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The flow's log.</param>
    public TopicPositions(PositionLedger ledger, TopicAppender positions, TopicAppender maps, TimeSpan interval, TimeProvider time,
        ILogger logger)
    {
        _ledger = ledger;
        _positions = positions;
        _maps = maps;
        _logger = logger;
        Rounds = new Rounds(interval, StoreAsync, cause => LogRefused(logger, cause), time);
    }

    public Rounds Rounds { get; }

    public bool NeedTheProducer => true;

    public long Unstored(IReadOnlyList<Lane> lanes) => _ledger.Unstored(lanes);

    public Task ForgetAsync(IReadOnlyList<Lane> gone, CancellationToken ct) => Rounds.BetweenRoundsAsync(() => _ledger.Forget(gone), ct);

    /// <summary>
    /// Stores where lanes begin that are not open yet. Where the target refuses it, they begin all the same, and it is tried again with all
    /// others.
    /// </summary>
    public async Task StoreStartsAsync(IReadOnlyDictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        try
        {
            await _positions.AppendAsync(_ledger.Records(starts, _positions.Partitions), ct);
            await Rounds.BetweenRoundsAsync(() => _ledger.Stored(starts), ct);
        }
        catch (KafkaErrorException failure)
        {
            LogRefused(_logger, failure.Message);
        }
    }

    private async Task StoreAsync(CancellationToken ct)
    {
        var moved = _ledger.Moved();
        var changes = _ledger.Changes();
        await _maps.AppendAsync(LaneOffsetTable.Records(changes, _maps.Partitions), ct);
        _ledger.Written(changes);
        await _positions.AppendAsync(_ledger.Records(moved, _positions.Partitions), ct);
        _ledger.Stored(moved);
    }

    [LoggerMessage(EventIds.PositionsRefused, LogLevel.Warning,
        "positions cannot be stored: {Cause}; mirroring goes on and would begin again at the last stored ones; trying on")]
    private static partial void LogRefused(ILogger logger, string cause);
}
