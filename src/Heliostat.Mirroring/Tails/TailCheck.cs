using System.Runtime.CompilerServices;
using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Comparing;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Tails;

/// <summary>
/// Looks at the target behind the stored positions of lanes that are about to open, so that nothing is mirrored twice that a mirror which
/// ended badly had already delivered. Lanes with nothing behind their position cost their share of one request to their broker.
/// </summary>
internal sealed partial class TailCheck(TailReader reader, TailEnds ends, ILogger logger)
{
    private const int PageBytes = 1 << 20;

    /// <summary>Over two clients that nobody else needs to be quick, who owns them.</summary>
    /// <param name="source">Reads the source.</param>
    /// <param name="target">Reads the target.</param>
    /// <param name="isolation">Which of the source's records are mirrored.</param>
    /// <param name="limits">What it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For people.</param>
    public static TailCheck Over(KafkaClient source, KafkaClient target, IsolationLevel isolation, TailLimits limits, TimeProvider time,
        ILogger logger)
    {
        var reader = new TailReader(
            new PageReader(source, isolation, PageBytes, time),
            new PageReader(target, IsolationLevel.ReadCommitted, PageBytes, time),
            new PageReader(target, IsolationLevel.ReadUncommitted, PageBytes, time),
            limits,
            time);
        return new TailCheck(reader, new TailEnds(target, time), logger);
    }

    /// <summary>Where the logs of these partitions of the target end, as far as that could be found out now.</summary>
    public Task<Dictionary<TopicPartition, long>> EndsAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken ct) =>
        ends.FindAsync(partitions, ct);

    /// <summary>Each lane as soon as it is through.</summary>
    public async IAsyncEnumerable<CheckedTail> CheckAsync(IReadOnlyCollection<TailLane> lanes,
        [EnumeratorCancellation] CancellationToken ct)
    {
        if (lanes.Count == 0)
        {
            yield break;
        }

        var found = await ends.FindAsync([.. lanes.Select(lane => lane.Target)], ct);
        long matched = 0, repeated = 0, foreign = 0, bytes = 0;
        await foreach (var task in Settling.EachAsync([.. lanes.Select(lane => CheckAsync(lane, found, ct))]))
        {
            var through = await task;
            matched += through.Outcome?.Matched ?? 0;
            repeated += through.Outcome?.Repeated ?? 0;
            foreign += through.Outcome?.Foreign ?? 0;
            bytes += through.Outcome?.TargetBytes ?? 0;
            yield return through;
        }

        if (bytes > 0)
        {
            LogChecked(logger, lanes.Count, matched, bytes, repeated, foreign);
        }
    }

    private async Task<CheckedTail> CheckAsync(TailLane lane, Dictionary<TopicPartition, long> ends, CancellationToken ct)
    {
        if (!ends.TryGetValue(lane.Target, out var end))
        {
            return new CheckedTail(lane, null, -1, $"target: where {lane.Target} ends cannot be looked up");
        }

        try
        {
            return new CheckedTail(lane, await reader.CompareAsync(lane, end, ct), end, null);
        }
        catch (KafkaErrorException refusal) when (refusal.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.UnsupportedVersion)
        {
            LogRefused(logger, lane.Source.Topic, lane.Source.Partition, refusal.Message);
            return new CheckedTail(lane, TailOutcome.Unseen(lane), end, null);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            return new CheckedTail(lane, null, end, failure.Message);
        }
    }

    [LoggerMessage(EventIds.TailsChecked, LogLevel.Information,
        "lanes compared with what the target holds behind their positions: {Lanes}; records found there, which are not mirrored again: "
            + "{Matched} ({Bytes} bytes; more than once there: {Repeated}, of other writers: {Foreign})")]
    private static partial void LogChecked(ILogger logger, int lanes, long matched, long bytes, long repeated, long foreign);

    [LoggerMessage(EventIds.TailUnread, LogLevel.Warning,
        "lane {Topic}-{Partition}: what stands on the target behind its position cannot be read: {Cause}; what came after the position may "
            + "be mirrored twice")]
    private static partial void LogRefused(ILogger logger, string topic, int partition, string cause);
}
