using System.Threading.Channels;
using Heliostat.Client;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Opens a lane for each partition that the group assigned: plan, target topic, start position. A topic that cannot be opened now is tried again,
/// and holds up no other.
/// </summary>
internal sealed partial class LaneOpener(
    LaneTable lanes, LanePlanner planner, StartPositions positions, LaneFactory factory, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be partitions to open.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var retry = false;
            var unopened = lanes.Unopened();
            var starts = await StartsAsync(unopened, ct);
            foreach (var topic in unopened.GroupBy(partition => partition.Topic))
            {
                retry |= !await TryOpenAsync(topic.Key, [.. topic], starts, ct);
            }

            if (retry)
            {
                await Task.Delay(RetryAfter, time, ct);
            }
            else
            {
                await _work.Reader.ReadAsync(ct);
            }
        }
    }

    private async Task<IReadOnlyDictionary<TopicPartition, LanePosition>> StartsAsync(List<TopicPartition> unopened, CancellationToken ct)
    {
        if (unopened.Count == 0)
        {
            return new Dictionary<TopicPartition, LanePosition>();
        }

        try
        {
            return await positions.FindAsync(unopened, ct);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            LogNoStart(logger, unopened.Count, failure.Message);
            return new Dictionary<TopicPartition, LanePosition>();
        }
    }

    private async Task<bool> TryOpenAsync(
        string topic, List<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        try
        {
            var plans = await planner.PlanAsync(topic, [.. partitions.Select(partition => partition.Partition)], ct);
            foreach (var plan in plans)
            {
                if (starts.TryGetValue(plan.Source, out var start))
                {
                    factory.Open(plan, start);
                    LogOpened(logger, plan.Source, plan.TargetTopic, plan.ByKey ? "by key" : "same partition", start.Offset);
                }
            }

            return partitions.All(starts.ContainsKey);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            LogNotOpened(logger, topic, failure.Message);
            var pause = new LanePause(failure.Message, time.GetUtcNow() + RetryAfter);
            partitions.ForEach(partition => lanes.Trouble(partition, pause));
            return false;
        }
    }

    [LoggerMessage(EventIds.LaneOpened, LogLevel.Debug, "lane {Lane} -> {Topic} ({Placement}) starts at offset {Offset}")]
    private static partial void LogOpened(ILogger logger, TopicPartition lane, string topic, string placement, long offset);

    [LoggerMessage(EventIds.LaneNotOpened, LogLevel.Warning, "topic {Topic} cannot be mirrored now: {Cause}; trying again")]
    private static partial void LogNotOpened(ILogger logger, string topic, string cause);

    [LoggerMessage(EventIds.NoStart, LogLevel.Warning, "source: the positions of {Count} partitions cannot be looked up: {Cause}; trying again")]
    private static partial void LogNoStart(ILogger logger, int count, string cause);
}
