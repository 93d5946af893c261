using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <summary>
/// Asks the leaders of partitions, all brokers side by side. What fails because a leader moved or a broker is away is asked again, of the
/// leader that fresh metadata names; once <paramref name="patience"/> is over, the last error stands for the partition, also where a
/// broker has not answered yet. Without patience each leader is asked once, and its answer waited for.
/// </summary>
internal sealed class LeaderCalls(AdminClient admin, KafkaClient client, BackOff backOff, TimeProvider time, TimeSpan patience)
{
    private const int NoSuchPartition = -2;

    /// <summary>
    /// A topic that fresh metadata does not have so many times in a row does not exist; after less it may be too new for the broker asked.
    /// </summary>
    private const int LooksForUnknown = 3;

    /// <summary>What the leaders answer of each partition; every one of them is there.</summary>
    /// <param name="partitions">Which.</param>
    /// <param name="request">Asks a leader of its partitions, by topic.</param>
    /// <param name="read">What it answered.</param>
    /// <param name="errorOf">Whether a partition has to be asked for again.</param>
    /// <param name="failed">What stands for a partition without an answer.</param>
    /// <param name="ct">Ends it.</param>
    public async ValueTask<Dictionary<TopicPartition, TResult>> AskAsync<TResponse, TResult>(
        IEnumerable<TopicPartition> partitions,
        Func<IEnumerable<IGrouping<string, TopicPartition>>, IRequest<TResponse>> request,
        Func<TResponse, IEnumerable<(TopicPartition Partition, TResult Result)>> read,
        Func<TResult, ErrorCode> errorOf,
        Func<ErrorCode, TResult> failed,
        CancellationToken ct)
        where TResponse : IBody, new()
    {
        var start = time.GetTimestamp();
        using var late = patience > TimeSpan.Zero ? new CancellationTokenSource(patience, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var pending = partitions.ToHashSet();
        var results = new Dictionary<TopicPartition, TResult>(pending.Count);
        for (var attempt = 1; pending.Count > 0; attempt++)
        {
            Dictionary<TopicPartition, int> leaders;
            try
            {
                leaders = await LeadersAsync(pending, fresh: attempt > 1, attempt > 1 ? either.Token : ct);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // Whoever was asked for metadata stands still too: what was said before stands.
                break;
            }

            var asked = pending.Where(p => leaders[p] >= 0).GroupBy(p => leaders[p]);
            var answers = await Settling.AllAsync(asked.Select(node =>
                AskNodeAsync(node.Key, [.. node], request, read, failed, either.Token)));
            ct.ThrowIfCancellationRequested();
            foreach (var partition in pending.Where(p => leaders[p] < 0))
            {
                results[partition] = failed(leaders[partition] == NoSuchPartition
                    ? ErrorCode.UnknownTopicOrPartition
                    : ErrorCode.LeaderNotAvailable);
            }

            foreach (var (partition, result) in answers.SelectMany(a => a))
            {
                results[partition] = result;
            }

            foreach (var partition in pending.Where(p => !results.ContainsKey(p)))
            {
                results.Add(partition, failed(ErrorCode.RequestTimedOut));
            }

            pending.RemoveWhere(p => !errorOf(results[p]).IsRetriable()
                || (leaders[p] == NoSuchPartition && attempt >= LooksForUnknown));
            if (pending.Count == 0 || late.IsCancellationRequested || time.GetElapsedTime(start) >= patience)
            {
                break;
            }

            client.Metadata.Invalidate();
            await Task.Delay(backOff.Next(attempt), time, ct);
        }

        return results;
    }

    private async Task<IEnumerable<(TopicPartition Partition, TResult Result)>> AskNodeAsync<TResponse, TResult>(
        int node,
        TopicPartition[] partitions,
        Func<IEnumerable<IGrouping<string, TopicPartition>>, IRequest<TResponse>> request,
        Func<TResponse, IEnumerable<(TopicPartition Partition, TResult Result)>> read,
        Func<ErrorCode, TResult> failed,
        CancellationToken ct)
        where TResponse : IBody, new()
    {
        try
        {
            var connection = await client.ConnectionAsync(node, ConnectionPurpose.General, ct);
            return read(await connection.CallAsync(request(partitions.GroupBy(p => p.Topic)), ct));
        }
        catch (KafkaConnectionException)
        {
            return partitions.Select(p => (p, failed(ErrorCode.NetworkException)));
        }
        catch (OperationCanceledException)
        {
            // What it said before stands.
            return [];
        }
    }

    /// <summary>
    /// The leader of each partition, -1 for none, or <see cref="NoSuchPartition"/>: from the cache when it has them all and fresh ones are
    /// not asked for.
    /// </summary>
    private async ValueTask<Dictionary<TopicPartition, int>> LeadersAsync(HashSet<TopicPartition> partitions, bool fresh,
        CancellationToken ct)
    {
        var cached = client.Metadata.Current;
        if (!fresh && partitions.All(p => cached.Find(p) is { Leader: >= 0 }))
        {
            return partitions.ToDictionary(p => p, p => cached.Find(p)!.Leader);
        }

        var topics = await admin.DescribeTopicsAsync([.. partitions.Select(p => p.Topic).Distinct()], ct);
        var known = topics.SelectMany(t => t.Partitions, (t, p) => (t.Name, p.PartitionIndex, p.LeaderId))
            .ToDictionary(p => new TopicPartition(p.Name!, p.PartitionIndex), p => p.LeaderId);
        return partitions.ToDictionary(p => p, p => known.GetValueOrDefault(p, NoSuchPartition));
    }
}
