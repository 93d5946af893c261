using Heliostat.Client.Connections;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>A producer's view of a <see cref="KafkaClient"/>.</summary>
internal sealed class KafkaProduceNetwork(KafkaClient client) : IProduceNetwork
{
    /// <summary>Of <c>KafkaApis.handleInitProducerIdRequest</c> of 4.3.1, and before.</summary>
    private const string MissingRight = "the principal lacks WRITE on any topic (before Kafka 2.8 IDEMPOTENT_WRITE on the cluster)";

    /// <summary>The first version that keeps timestamps: Kafka 0.10.</summary>
    private const short FirstVersion = 2;

    /// <summary>The first that only asks for the right to describe the topic: Kafka 2.3.</summary>
    private const short FirstEpochsForClients = 3;

    public string Cluster => client.Options.Cluster;

    public FramePool Frames => client.Frames;

    public Random Random => client.Options.Random;

    public MetadataSnapshot Metadata => client.Metadata.Current;

    public void Track(string topic) => client.Metadata.Track(topic);

    public void Untrack(string topic) => client.Metadata.Untrack(topic);

    public void Invalidate() => client.Metadata.Invalidate();

    public ValueTask WaitForChangeAsync(long version, CancellationToken ct) => client.Metadata.WaitForChangeAsync(version, ct);

    public async ValueTask<IProduceConnection> ConnectAsync(int nodeId, CancellationToken ct)
    {
        var connection = await client.ConnectionAsync(nodeId, ConnectionPurpose.Produce, ct);
        if (!connection.Supports(Api.Produce, FirstVersion))
        {
            throw new KafkaErrorException(
                ErrorCode.UnsupportedVersion,
                $"{Cluster}: broker {nodeId} at {connection.Endpoint.Host}:{connection.Endpoint.Port} is older than Kafka 0.10 and stores "
                    + "no timestamps: nothing is written to it");
        }

        return new Connection(connection, connection.VersionOf(Api.Produce, FirstVersion));
    }

    public async ValueTask<ProducerIdentity> InitProducerIdAsync(CancellationToken ct)
    {
        var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue };
        InitProducerIdResponse answer;
        try
        {
            answer = await client.CallAnyAsync(request, ct);
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion)
        {
            return ProducerIdentity.Unnumbered;
        }

        return answer.ErrorCode == ErrorCode.None
            ? new ProducerIdentity(answer.ProducerId, answer.ProducerEpoch)
            : throw new KafkaErrorException(answer.ErrorCode,
                $"{Cluster}: no producer id: "
                    + $"{answer.ErrorCode.Name()}{(answer.ErrorCode == ErrorCode.ClusterAuthorizationFailed ? $"; {MissingRight}" : "")}");
    }

    public async ValueTask<long?> ProducerAtAsync(TopicPartition partition, long offset, CancellationToken ct)
    {
        if (client.Metadata.Current.Find(partition) is not { Leader: >= 0 } place) return null;

        // The least that a broker gives is one batch, however large.
        var request = new FetchRequest { MaxBytes = 1 };
        var topic = request.Topics.Next();
        topic.Topic = partition.Topic;
        topic.TopicId = client.Metadata.Current.Topics[partition.Topic].TopicId;
        var asked = topic.Partitions.Next();
        asked.Partition = partition.Partition;
        asked.FetchOffset = offset;
        asked.PartitionMaxBytes = 1;
        try
        {
            var connection = await client.ConnectionAsync(place.Leader, ConnectionPurpose.General, ct);
            var answer = await connection.CallAsync(request, ct);
            return answer.Responses.Count > 0 && answer.Responses[0].Partitions.Count > 0
                ? ProducerOf(answer.Responses[0].Partitions[0].Records.Span, offset)
                : null;
        }
        catch (Exception failure) when (failure is KafkaConnectionException or KafkaErrorException)
        {
            return null;
        }
    }

    public async ValueTask<Dictionary<TopicPartition, long>?> LogEndsAsync(int nodeId, IReadOnlyDictionary<TopicPartition, int> epochs,
        CancellationToken ct)
    {
        var connection = await client.ConnectionAsync(nodeId, ConnectionPurpose.General, ct);
        if (!connection.Supports(Api.OffsetForLeaderEpoch, FirstEpochsForClients)) return null;

        var request = new OffsetForLeaderEpochRequest { ReplicaId = -1 };
        foreach (var topic in epochs.GroupBy(epoch => epoch.Key.Topic))
        {
            request.Topics.Add(new()
            {
                Topic = topic.Key,
                Partitions = [.. topic.Select(asked => new OffsetForLeaderPartition
                {
                    Partition = asked.Key.Partition, CurrentLeaderEpoch = asked.Value, LeaderEpoch = asked.Value,
                })],
            });
        }

        Dictionary<TopicPartition, long> ends = [];
        foreach (var topic in (await connection.CallAsync(request, ct)).Topics)
        {
            foreach (var told in topic.Partitions)
            {
                // UNDEFINED_EPOCH_OFFSET, a topic that may not be described: nothing speaks against going on.
                if (told.ErrorCode is ErrorCode.None or ErrorCode.TopicAuthorizationFailed)
                    ends[new(topic.Topic, told.Partition)] = told.EndOffset < 0 ? long.MaxValue : told.EndOffset;
            }
        }

        return ends;
    }

    public ITransactionCoordinator CoordinatorOf(string transactionalId) => new KafkaTransactionCoordinator(client, transactionalId);

    private static long? ProducerOf(ReadOnlySpan<byte> records, long offset)
    {
        var walker = new BatchWalker(records);
        while (walker.MoveNext())
        {
            var batch = walker.Current.Of(records);
            if (RecordBatch.LastOffset(batch) < offset) continue;
            if (walker.Current.Magic != 2) return -1;

            // A marker is nobody's record: one of ours may come late (ProducerTerm).
            var header = new RecordBatchHeader(batch);
            return header.IsControl ? null : header.ProducerId;
        }

        return null;
    }

    private sealed class Connection(BrokerConnection connection, short version) : IProduceConnection
    {
        public bool IsOpen => connection.IsOpen;

        public short Version => version;

        /// <summary>What brokers before 0.11 took without an answer they take twice: they are waited for as long as it may take.</summary>
        public TimeSpan PatienceOf(TimeSpan most) =>
            version < ProduceSlot.FirstVersionOfBatches ? most : connection.Patience.Of(most);

        public ValueTask<Frame> SendAsync(ProduceRequest request, short version, WireBuffer buffer, TimeSpan timeout) =>
            connection.CallRawAsync(request, Api.Produce, version, buffer, timeout, inline: true, CancellationToken.None);

        public void Read(Frame frame, short version, ref ProduceResponse response) =>
            BrokerConnection.ReadResponse(frame, Api.Produce, version, ref response);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
