using System.Net;
using System.Threading.Tasks.Sources;
using Heliostat.Client.Metadata;
using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>
/// One broker that acknowledges everything and allocates nothing: whoever calls <see cref="Serve"/> completes what is in flight.
/// </summary>
internal sealed class InstantNetwork(TopicPartition[] targets) : IProduceNetwork, IProduceConnection
{
    private readonly Lock _gate = new();
    private readonly Answer[] _answers = [.. Enumerable.Range(0, 8).Select(_ => new Answer())];
    private int _sent;
    private int _served;
    private int _read;

    public string Cluster => "target";

    public Random Random { get; } = new(1);

    public FramePool Frames { get; } = new(long.MaxValue);

    public bool IsOpen => true;

    public short Version => 12;

    public MetadataSnapshot Metadata { get; } = new()
    {
        Version = 1,
        Brokers = new Dictionary<int, BrokerMetadata> { [0] = new(0, new DnsEndPoint("instant", 9092), null) },
        Topics = targets.GroupBy(target => target.Topic).ToDictionary(
            topic => topic.Key,
            topic => new TopicMetadata(
                topic.Key, Guid.Empty, false, ErrorCode.None,
                [.. topic.Select(target => new PartitionMetadata(target.Partition, 0, 0, ErrorCode.None, [], []))])),
    };

    public void Track(string topic)
    {
    }

    public void Untrack(string topic)
    {
    }

    public void Invalidate()
    {
    }

    public async ValueTask WaitForChangeAsync(long version, CancellationToken ct) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);

    public ValueTask<IProduceConnection> ConnectAsync(int nodeId, CancellationToken ct) => new(this);

    public ValueTask<ProducerIdentity> InitProducerIdAsync(CancellationToken ct) => new(new ProducerIdentity(1, 0));

    public ValueTask<long?> ProducerAtAsync(TopicPartition partition, long offset, CancellationToken ct) => new((long?)null);

    public ValueTask<Dictionary<TopicPartition, long>?> LogEndsAsync(int nodeId, IReadOnlyDictionary<TopicPartition, int> epochs,
        CancellationToken ct) => new((Dictionary<TopicPartition, long>?)null);

    public ITransactionCoordinator CoordinatorOf(string transactionalId) => new InstantCoordinator();

    public ValueTask<Frame> SendAsync(ProduceRequest request, short version, WireBuffer buffer, TimeSpan timeout)
    {
        lock (_gate)
        {
            // What the connection below does with a request, without the socket.
            buffer.Clear();
            var writer = new WireWriter(buffer, version, flexible: true);
            writer.Body(ref request);
            var answer = _answers[_sent++ % _answers.Length];
            return answer.Begin(request);
        }
    }

    public void Read(Frame frame, short version, ref ProduceResponse response)
    {
        lock (_gate) _answers[_read++ % _answers.Length].Fill(response);
    }

    public ValueTask DisposeAsync()
    {
        Serve();
        return ValueTask.CompletedTask;
    }

    /// <summary>Answers what is in flight.</summary>
    public void Serve()
    {
        while (true)
        {
            Answer answer;
            lock (_gate)
            {
                if (_served == _sent) return;

                answer = _answers[_served++ % _answers.Length];
            }

            answer.End(Frames.RentNow(16));
        }
    }

    public override string ToString()
    {
        lock (_gate) return $"sent {_sent}, served {_served}, read {_read}";
    }

    private sealed class Answer : IValueTaskSource<Frame>
    {
        private ManualResetValueTaskSourceCore<Frame> _source;
        private ProduceRequest? _request;

        public ValueTask<Frame> Begin(ProduceRequest request)
        {
            _request = request;
            _source.Reset();
            return new ValueTask<Frame>(this, _source.Version);
        }

        public void End(Frame frame) => _source.SetResult(frame);

        public void Fill(ProduceResponse response)
        {
            response.Responses.Clear();
            foreach (var topic in _request!.TopicData)
            {
                var row = response.Responses.Next();
                row.Name = topic.Name;
                row.PartitionResponses.Clear();
                foreach (var partition in topic.PartitionData)
                {
                    var answer = row.PartitionResponses.Next();
                    answer.Index = partition.Index;
                    answer.ErrorCode = ErrorCode.None;
                    answer.BaseOffset = new RecordBatchHeader(partition.Records.Span).BaseSequence;
                }
            }
        }

        public Frame GetResult(short token) => _source.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);
    }
}
