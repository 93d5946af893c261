using Heliostat.Client.Metadata;
using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Transactions;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>A real cluster whose answers can be lost after the broker gave them, and which is then unreachable for a while.</summary>
internal sealed class AnswerLosingNetwork(IProduceNetwork inner) : IProduceNetwork
{
    private volatile bool _loses;
    private int _lost;

    /// <summary>Loses all answers; no new connection is made until <see cref="Heal"/>.</summary>
    public void Lose() => _loses = true;

    public void Heal() => _loses = false;

    /// <summary>Answers lost so far.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public string Cluster => inner.Cluster;

    public Random Random => inner.Random;

    public FramePool Frames => inner.Frames;

    public MetadataSnapshot Metadata => inner.Metadata;

    public void Track(string topic) => inner.Track(topic);

    public void Untrack(string topic) => inner.Untrack(topic);

    public void Invalidate() => inner.Invalidate();

    public ValueTask WaitForChangeAsync(long version, CancellationToken ct) => inner.WaitForChangeAsync(version, ct);

    public async ValueTask<IProduceConnection> ConnectAsync(int nodeId, CancellationToken ct) =>
        _loses
            ? throw new KafkaConnectionException("target: held off", null, ConnectionFailure.Unreachable)
            : new Connection(this, await inner.ConnectAsync(nodeId, ct));

    public ValueTask<ProducerIdentity> InitProducerIdAsync(CancellationToken ct) => inner.InitProducerIdAsync(ct);

    public ValueTask<long?> ProducerAtAsync(TopicPartition partition, long offset, CancellationToken ct) =>
        inner.ProducerAtAsync(partition, offset, ct);

    public ValueTask<Dictionary<TopicPartition, long>?> LogEndsAsync(int nodeId, IReadOnlyDictionary<TopicPartition, int> epochs,
        CancellationToken ct) => inner.LogEndsAsync(nodeId, epochs, ct);

    /// <summary>Speaks to brokers in the versions of Kafka 0.11.</summary>
    public bool IsOld { get; set; }

    /// <summary>What befalls a request to the transaction coordinator.</summary>
    public Func<object, CoordinatorFault>? Intercept { get; set; }

    public ITransactionCoordinator CoordinatorOf(string transactionalId) => new Coordinator(this, inner.CoordinatorOf(transactionalId));

    private sealed class Coordinator(AnswerLosingNetwork network, ITransactionCoordinator inner) : ITransactionCoordinator
    {
        public async ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct)
            where TResponse : IBody, new()
        {
            var fault = network.Intercept?.Invoke(request) ?? CoordinatorFault.None;
            if (fault == CoordinatorFault.Unreachable)
                throw new KafkaConnectionException("target: held off", null, ConnectionFailure.Unreachable);

            var answer = await inner.AskAsync(network.IsOld ? new OldRequest<TResponse>(request) : request, ct);
            return fault == CoordinatorFault.None
                ? answer
                : throw new KafkaConnectionException("target: answer lost", null, ConnectionFailure.Closed);
        }

        public void Forget() => inner.Forget();
    }

    private sealed class Connection(AnswerLosingNetwork network, IProduceConnection inner) : IProduceConnection
    {
        private volatile bool _broken;

        public bool IsOpen => !_broken && inner.IsOpen;

        public short Version => network.IsOld ? (short)3 : inner.Version;

        public async ValueTask<Frame> SendAsync(ProduceRequest request, short version, WireBuffer buffer, TimeSpan timeout)
        {
            var frame = await inner.SendAsync(request, version, buffer, timeout);
            if (!network._loses) return frame;

            // All that is in flight is to be appended before the first loss is told.
            frame.Dispose();
            Interlocked.Increment(ref network._lost);
            while (network._loses) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);

            _broken = true;
            throw new KafkaConnectionException("target: answer lost", null, ConnectionFailure.Closed);
        }

        public void Read(Frame frame, short version, ref ProduceResponse response) => inner.Read(frame, version, ref response);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
