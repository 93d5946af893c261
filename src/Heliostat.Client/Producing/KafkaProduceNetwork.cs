using Heliostat.Client.Connections;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>A producer's view of a <see cref="KafkaClient"/>.</summary>
internal sealed class KafkaProduceNetwork(KafkaClient client) : IProduceNetwork
{
    /// <summary>The first version that carries batches of magic 2: Kafka 0.11.</summary>
    private const short FirstVersion = 3;

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
            ThrowTooOld($"broker {nodeId} at {connection.Endpoint.Host}:{connection.Endpoint.Port}");
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
            ThrowTooOld("the cluster");
            throw;
        }

        return answer.ErrorCode == ErrorCode.None
            ? new ProducerIdentity(answer.ProducerId, answer.ProducerEpoch)
            : throw new KafkaErrorException(answer.ErrorCode, $"{Cluster}: no producer id: {answer.ErrorCode.Name()}");
    }

    public ITransactionCoordinator CoordinatorOf(string transactionalId) => new KafkaTransactionCoordinator(client, transactionalId);

    private void ThrowTooOld(string who) =>
        throw new KafkaErrorException(
            ErrorCode.UnsupportedVersion, $"{Cluster}: {who} is older than Kafka 0.11 and cannot store record batches of today's format; it cannot be a target");

    private sealed class Connection(BrokerConnection connection, short version) : IProduceConnection
    {
        public bool IsOpen => connection.IsOpen;

        public short Version => version;

        public ValueTask<Frame> SendAsync(ProduceRequest request, short version, WireBuffer buffer, TimeSpan timeout) =>
            connection.CallRawAsync(request, Api.Produce, version, buffer, timeout, inline: true, CancellationToken.None);

        public void Read(Frame frame, short version, ref ProduceResponse response) =>
            BrokerConnection.ReadResponse(frame, Api.Produce, version, ref response);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
