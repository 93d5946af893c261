using Heliostat.Client;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Stores the positions of lanes that moved, every interval and when asked, without stopping anything.
/// <list type="bullet">
/// <item>A. A position is taken before the offset map that goes with it, and written after it: what is stored of the map reaches at least as far.</item>
/// <item>B. One store is under way at a time; what moves meanwhile is in the next.</item>
/// </list>
/// </summary>
internal sealed partial class PositionLoop(
    LaneTable lanes, PositionTopic positions, LaneOffsetTable offsets, TopicAppender positionsTopic, TopicAppender mapTopic, TimeSpan interval, TimeProvider time, ILogger logger)
    : IPositionLoop
{
    private readonly PositionLedger _stored = new(lanes, offsets);
    private readonly AsyncLock _one = new();

    public string? Trouble { get; private set; }

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            await StoreAsync(ct);
        }
    }

    /// <summary>Stores where lanes begin that are not open yet. Where the target refuses it, they begin all the same, and it is tried again with all others.</summary>
    public async Task StoreAsync(IReadOnlyDictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await positionsTopic.AppendAsync(positions.Records(starts, positionsTopic.Partitions), ct);
            _stored.Stored(starts);
        }
        catch (KafkaErrorException failure)
        {
            LogRefused(logger, failure.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<bool> StoreAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var moved = _stored.Moved();
            var changes = offsets.Changes(lanes);
            await mapTopic.AppendAsync(LaneOffsetTable.Records(changes, mapTopic.Partitions), ct);
            offsets.Written(changes);
            await positionsTopic.AppendAsync(positions.Records(moved, positionsTopic.Partitions), ct);
            _stored.Stored(moved);
            Trouble = null;
            return true;
        }
        catch (KafkaErrorException failure)
        {
            if (Trouble is null)
            {
                LogRefused(logger, failure.Message);
            }

            Trouble = failure.Message;
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    [LoggerMessage(EventIds.PositionsRefused, LogLevel.Warning, "positions cannot be stored: {Cause}; mirroring goes on and would begin again at the last stored ones; trying on")]
    private static partial void LogRefused(ILogger logger, string cause);
}
