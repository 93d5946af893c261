using System.Globalization;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Foretells when the source deletes what is not mirrored yet. It asks only of lanes that are behind: one request a broker and round, and
/// the <c>retention.ms</c> of their topics once a minute.
/// </summary>
/// <param name="lanes">The lanes that are open.</param>
/// <param name="source">Knows all topics of the source.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class RetentionLoop(Func<IEnumerable<Lane>> lanes, KafkaClient source, TimeProvider time, ILogger logger)
{
    private const int TopicsAtOnce = 250;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConfigsEvery = TimeSpan.FromMinutes(1);

    /// <summary>Less than this is told.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromHours(1);

    /// <summary>It is told again after this long.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    // Without patience: a partition without a leader must not hold up the others.
    private readonly AdminClient _admin = new(source, time, patience: TimeSpan.Zero);
    private readonly Dictionary<TopicPartition, RetentionMark> _first = [];
    private readonly Dictionary<string, (DateTimeOffset ReadAt, TimeSpan? Keeps)> _retention = new(StringComparer.Ordinal);
    private DateTimeOffset _toldAt;
    private bool _isUnread;

    /// <summary>That the source is away the lanes say; what was foretold stays so.</summary>
    public Task RunAsync(CancellationToken ct) => new Rounds(Interval, LookAsync, tell: null, time).RunAsync(ct);

    private async Task LookAsync(CancellationToken ct)
    {
        var known = source.Metadata.Current;
        var now = time.GetUtcNow();
        var behind = new Dictionary<TopicPartition, (Lane Lane, LaneSnapshot Now)>();
        foreach (var lane in lanes())
        {
            if (lane.Snapshot() is { BehindSince: not null } snapshot)
            {
                if (known.Find(lane.Plan.Source) is { Leader: >= 0 })
                {
                    behind[lane.Plan.Source] = (lane, snapshot);
                }
            }
            else
            {
                lane.Counters.DeletedAt = null;
            }
        }

        foreach (var level in _first.Keys.Where(partition => !behind.ContainsKey(partition)).ToList())
        {
            _first.Remove(level);
        }

        if (behind.Count > 0)
        {
            await ReadRetentionAsync(behind.Keys.Select(partition => partition.Topic).Distinct(), now, ct);
            await ForetellAsync(behind, now, ct);
        }
    }

    private async Task ForetellAsync(Dictionary<TopicPartition, (Lane Lane, LaneSnapshot Now)> behind, DateTimeOffset now,
        CancellationToken ct)
    {
        var starts = await _admin.ListOffsetsAsync(behind.Keys.ToDictionary(partition => partition, _ => OffsetSpec.Earliest),
            IsolationLevel.ReadUncommitted, ct);
        List<(TopicPartition Partition, long Position, DateTimeOffset At)> near = [];
        foreach (var (partition, start) in starts.Where(start => start.Value.ErrorCode == ErrorCode.None))
        {
            var (lane, snapshot) = behind[partition];
            var mark = new RetentionMark(now, start.Offset, snapshot.Position);
            _first.TryAdd(partition, mark);
            var keeps = _retention.GetValueOrDefault(partition.Topic).Keeps;
            var at = RetentionForecast.Of(mark, _first[partition], snapshot.BehindSince, keeps);
            lane.Counters.DeletedAt = at;
            if (at - now < (keeps / 4 < Near ? keeps / 4 : Near))
            {
                near.Add((partition, snapshot.Position, at!.Value));
            }
        }

        if (near.Count > 0 && now - _toldAt >= TellEvery)
        {
            _toldAt = now;
            var (partition, position, at) = near.MinBy(lane => lane.At);
            var when = at <= now
                ? "any moment now"
                : string.Create(CultureInfo.InvariantCulture, $"at about {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
            LogNears(logger, near.Count, partition.Topic, partition.Partition, position, when);
        }
    }

    /// <summary>Who may not read configs is told how the log start moves, and no more.</summary>
    private async Task ReadRetentionAsync(IEnumerable<string> topics, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var chunk in topics
            .Where(topic => !_retention.TryGetValue(topic, out var read) || now - read.ReadAt >= ConfigsEvery).ToList().Chunk(TopicsAtOnce))
        {
            IReadOnlyList<DescribeConfigsResult> results;
            try
            {
                results = await _admin.DescribeConfigsAsync([.. chunk.Select(Asked)], ct);
            }
            catch (KafkaErrorException tooOld) when (tooOld.Code == ErrorCode.UnsupportedVersion)
            {
                results = [];
            }

            foreach (var topic in chunk)
            {
                _retention[topic] = (now, null);
            }

            foreach (var result in results)
            {
                Read(result, now);
            }
        }
    }

    private static DescribeConfigsResource Asked(string topic) =>
        new() { ResourceType = ConfigResourceType.Topic, ResourceName = topic, ConfigurationKeys = ["retention.ms", "cleanup.policy"] };

    private void Read(DescribeConfigsResult result, DateTimeOffset now)
    {
        if (result.ErrorCode != ErrorCode.None)
        {
            if (!_isUnread)
            {
                _isUnread = true;
                LogUnread(logger, result.ResourceName, result.ErrorCode.Name());
            }

            return;
        }

        var configs = result.Configs.ToDictionary(config => config.Name, config => config.Value);
        var deletes = configs.GetValueOrDefault("cleanup.policy")?.Contains("delete", StringComparison.Ordinal) ?? true;
        if (deletes && long.TryParse(configs.GetValueOrDefault("retention.ms"), CultureInfo.InvariantCulture, out var ms) && ms >= 0
            && ms < TimeSpan.FromDays(36_500).TotalMilliseconds)
        {
            _retention[result.ResourceName] = (now, TimeSpan.FromMilliseconds(ms));
        }
    }

    [LoggerMessage(EventIds.RetentionNears, LogLevel.Warning,
        "source: it deletes soon what is not mirrored yet; lanes: {Count}; the first is {Topic}-{Partition}, whose offset {Offset} goes "
            + "{When}")]
    private static partial void LogNears(ILogger logger, int count, string topic, int partition, long offset, string when);

    [LoggerMessage(EventIds.RetentionUnread, LogLevel.Information,
        "source: how long topic {Topic} keeps its records may not be read ({Cause}): what it deletes before it is mirrored is foretold by "
            + "its log start only")]
    private static partial void LogUnread(ILogger logger, string topic, string cause);
}
