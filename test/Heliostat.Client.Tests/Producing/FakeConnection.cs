using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>A connection to a broker of a <see cref="FakeCluster"/>. Checks that nothing in flight is changed.</summary>
internal sealed class FakeConnection(FakeCluster cluster, int broker, short version) : IProduceConnection
{
    private readonly Lock _gate = new();
    private readonly Queue<Request> _requests = new();
    private readonly Queue<Request> _answers = new();
    private volatile bool _open = true;

    public int Broker => broker;

    public bool IsOpen => _open;

    public short Version => version;

    public bool HasRequests
    {
        get
        {
            lock (_gate) return _requests.Count > 0;
        }
    }

    public ValueTask<Frame> SendAsync(ProduceRequest request, short version, WireBuffer buffer, TimeSpan timeout)
    {
        Assert.Equal(-1, request.Acks);
        Assert.Equal(request.TransactionalId is null ? cluster.Version : Math.Min(cluster.Version, (short)11), version);
        var sent = new Request();
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                Assert.Equal(request.TransactionalId is not null, new RecordBatchHeader(partition.Records.Span).IsTransactional);
                var target = version >= 13 ? cluster.Name(topic.TopicId, partition.Index) : new TopicPartition(topic.Name, partition.Index);
                sent.Parts.Add(new Part(target, version >= 13 ? topic.TopicId : Guid.Empty, partition.Records,
                    partition.Records.ToArray()));
            }
        }

        cluster.Note(broker, [.. sent.Parts.Select(part => (part.Target, TestBatches.FirstOf(part.Bytes.Span)))]);
        Assert.Equal(sent.Parts.Count, sent.Parts.DistinctBy(part => part.Target).Count());
        lock (_gate)
        {
            if (!_open) throw new KafkaConnectionException("target: connection closed", null, ConnectionFailure.Closed);

            _requests.Enqueue(sent);
        }

        if (!cluster.IsHeld(broker)) ServeAll();
        return new ValueTask<Frame>(sent.Done.Task);
    }

    public void Read(Frame frame, short version, ref ProduceResponse response)
    {
        Request request;
        lock (_gate) request = _answers.Dequeue();

        response.ThrottleTimeMs = cluster.ThrottleMs;
        response.Responses.Clear();
        foreach (var (target, topicId, code, offset, leader) in request.Results)
        {
            var topic = response.Responses.Next();
            topic.PartitionResponses.Clear();
            (topic.Name, topic.TopicId) = topicId == Guid.Empty ? (target.Topic, Guid.Empty) : ("", topicId);
            var answer = topic.PartitionResponses.Next();
            (answer.Index, answer.ErrorCode, answer.BaseOffset, answer.CurrentLeader) = (target.Partition, code, offset, leader);
            answer.ErrorMessage = code == ErrorCode.None ? null : "scripted";
        }
    }

    public void ServeAll()
    {
        while (ServeOne())
        {
        }
    }

    public bool ServeOne()
    {
        lock (_gate)
        {
            if (!_open || !_requests.TryDequeue(out var request)) return false;

            Append(request);
            _answers.Enqueue(request);
            request.Done.SetResult(cluster.Frames.RentNow(8));
            return true;
        }
    }

    /// <summary>Appends some of what waits, then fails all of it.</summary>
    public void Break(int served)
    {
        lock (_gate)
        {
            _open = false;
            while (_requests.TryDequeue(out var request))
            {
                if (served-- > 0) Append(request);
                request.Done.SetException(new KafkaConnectionException("target: connection lost", null, ConnectionFailure.Closed));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        Break(served: 0);
        return ValueTask.CompletedTask;
    }

    private void Append(Request request)
    {
        var answer = new PartitionProduceResponse();

        // The order in which a broker answers is not that of the request.
        for (var i = request.Parts.Count - 1; i >= 0; i--)
        {
            var part = request.Parts[i];
            Assert.True(part.Bytes.Span.SequenceEqual(part.Copy), "bytes in flight were changed");
            cluster.Serve(broker, part.Target, part.TopicId, part.Bytes.Span, answer);
            request.Results.Add((part.Target, part.TopicId, answer.ErrorCode, answer.BaseOffset, answer.CurrentLeader));
        }
    }

    private sealed record Part(TopicPartition Target, Guid TopicId, Memory<byte> Bytes, byte[] Copy);

    private sealed class Request
    {
        public List<Part> Parts { get; } = [];

        public List<(TopicPartition Target, Guid TopicId, ErrorCode Code, long BaseOffset, LeaderIdAndEpoch? Leader)> Results { get; } = [];

        public TaskCompletionSource<Frame> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
