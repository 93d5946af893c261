using Heliostat.Client;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Stores the positions of lanes that moved, every interval and when asked, without stopping anything.
/// One store is under way at a time; what moves meanwhile is in the next.
/// </summary>
internal sealed partial class PositionLoop(
    LaneTable lanes, PositionTopic positions, LaneOffsetTable offsets, TopicAppender topic, TimeSpan interval, TimeProvider time,
    ILogger logger) : IPositionLoop, IDisposable
{
    private readonly Dictionary<TopicPartition, long> _stored = [];
    private readonly SemaphoreSlim _one = new(1);

    public string? Trouble { get; private set; }

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
            Dictionary<TopicPartition, LanePosition> news = [];
            foreach (var lane in lanes.Open)
            {
                var position = lane.Position;
                if (position.Offset != _stored.GetValueOrDefault(lane.Plan.Source, offsets.StartOf(lane.Plan.Source)))
                {
                    news[lane.Plan.Source] = position;
                }
            }

            if (news.Count == 0)
            {
                return true;
            }

            await topic.AppendAsync(positions.Records(news), ct);
            foreach (var (lane, position) in news)
            {
                _stored[lane] = position.Offset;
            }

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

    public void Dispose() => _one.Dispose();

    [LoggerMessage(EventIds.PositionsRefused, LogLevel.Warning, "positions cannot be stored: {Cause}; mirroring goes on and would begin again at the last stored ones; trying on")]
    private static partial void LogRefused(ILogger logger, string cause);
}
