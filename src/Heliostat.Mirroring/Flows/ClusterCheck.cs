using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Looks at both clusters before anything moves: that they answer, that they are not one and the same, and what the end is, if one was
/// asked for.
/// </summary>
internal sealed partial class ClusterCheck(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>How long the first answer of a cluster may take; later outages are waited out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly ILogger _logger = loggers.CreateLogger<ClusterCheck>();

    /// <returns>The goal of a mirror that shall end, or null; and the target's cluster id, or null where it does not tell.</returns>
    /// <exception cref="KafkaConnectionException">A cluster does not answer.</exception>
    public async Task<(MirrorGoal? Goal, string? Target)> RunAsync(CancellationToken ct)
    {
        await using var source = Open(flow.SourceConsumer.Client, TimeSpan.Zero);
        await using var target = Open(flow.DataProducer.Client, TimeSpan.Zero);
        var from = await AnswerAsync(source, flow.SourceConsumer.FirstAnswer ?? Patience, ct);
        var to = await AnswerAsync(target, flow.DataProducer.MaxBlock ?? Patience, ct);
        if (flow.Naming.Prefix is null)
        {
            new ClusterPair(from.ClusterId, to.ClusterId).CheckAreTwo(
                id => $"source and target are the same cluster ({id}) and topics keep their names: every record would be mirrored onto "
                    + "itself for ever");
        }

        return (flow.SourceGroup.UntilEnd ? await GoalAsync(from, ct) : null, to.ClusterId);
    }

    private async Task<MirrorGoal> GoalAsync(Client.Metadata.MetadataSnapshot metadata, CancellationToken ct)
    {
        await using var source = Open(flow.SourceConsumer.Client, flow.SourceConsumer.Client.RequestTimeout);
        source.Metadata.TrackAll();
        var partitions =
            from topic in metadata.Topics.Values
            where flow.Selection.Includes(topic.Name) && !flow.Naming.IsMade(topic.Name)
            from partition in topic.Partitions
            select new TopicPartition(topic.Name, partition.Index);
        var ends = await new AdminClient(source, time).ListOffsetsAsync(
            partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), flow.SourceConsumer.Fetch.IsolationLevel, ct);
        foreach (var (partition, end) in ends.Where(end => end.Value.ErrorCode != ErrorCode.None))
        {
            throw new KafkaErrorException(end.ErrorCode,
                $"source: the end of {partition.Topic}-{partition.Partition} cannot be looked up: {end.ErrorCode.Name()}");
        }

        return new MirrorGoal(ends.ToDictionary(end => end.Key, end => end.Value.Offset), time);
    }

    /// <summary>Says at once what is wrong, and tries on for a while: the cluster may be starting beside us.</summary>
    private async Task<Client.Metadata.MetadataSnapshot> AnswerAsync(KafkaClient client, TimeSpan patience, CancellationToken ct)
    {
        client.Metadata.TrackAll();
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.Metadata.RefreshAsync(ct);
            }
            catch (KafkaConnectionException failure) when (MayPass(failure.Failure) && time.GetElapsedTime(start) < patience)
            {
                if (attempt == 1)
                {
                    LogNoAnswer(_logger, failure.Message,
                        patience == TimeSpan.MaxValue ? "until it answers" : $"for {patience.TotalSeconds:0.#} s");
                }
            }

            await Task.Delay(RetryAfter, time, ct);
        }
    }

    /// <summary>
    /// What is refused at the very first contact was never right; later, passwords and certificates are renewed on one side first, and it
    /// is tried on.
    /// </summary>
    private static bool MayPass(ConnectionFailure failure) =>
        failure is not (ConnectionFailure.NotKafka or ConnectionFailure.WrongListener or ConnectionFailure.AuthenticationFailed
            or ConnectionFailure.TlsFailed);

    /// <summary>Its client says nothing itself: how long it is tried is said here.</summary>
    private KafkaClient Open(ClientOptions cluster, TimeSpan callTimeout) =>
        new(cluster with { CallTimeout = callTimeout }, new FramePool(1024 * 1024), time, NullLoggerFactory.Instance);

    [LoggerMessage(EventIds.NoAnswer, LogLevel.Warning, "{Cause}; trying {HowLong}")]
    private static partial void LogNoAnswer(ILogger logger, string cause, string howLong);
}
