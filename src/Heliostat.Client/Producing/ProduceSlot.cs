using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>One request in flight to one broker: its parts, its messages and its buffer, all used again for later requests.</summary>
internal sealed class ProduceSlot(string? transactionalId)
{
    private const short LastNamedVersion = 12;

    /// <summary>From 12 on a leader adds the partition to the transaction, where the cluster's way to end one begins a new epoch (KIP-890).</summary>
    internal const short LastVersionOfAddedPartitions = 11;

    private readonly Dictionary<string, TopicProduceData> _topics = [];
    private readonly Dictionary<(string Name, Guid Id, int Partition), int> _places = [];
    private readonly List<(ProducerPartition? Partition, Guid TopicId)> _parts = [];
    private readonly ProduceRequest _request = new() { Acks = -1, TransactionalId = transactionalId };
    private readonly WireBuffer _buffer = new();

    private ProduceResponse _response = new();
    private ValueTaskAwaiter<Frame> _answer;
    private short _version;
    private bool _everyTopicHasId;

    /// <summary>Bytes of the batches in it.</summary>
    public int Bytes { get; private set; }

    public int Parts => _parts.Count;

    /// <summary>When it was sent.</summary>
    public long SentAt { get; set; }

    /// <summary>The answer is there, or known not to come.</summary>
    public bool IsAnswered => _answer.IsCompleted;

    public void Clear()
    {
        foreach (var topic in _request.TopicData) topic.PartitionData.Clear();
        _request.TopicData.Clear();
        _topics.Clear();
        _places.Clear();
        _parts.Clear();
        _everyTopicHasId = true;
        Bytes = 0;
    }

    /// <summary>Writes the turn into the batch's header and adds the batch.</summary>
    public void Add(ProducerPartition partition, in ProduceTurn turn)
    {
        RecordBatchHeader.Rewrite(turn.Bytes.Span, transactionalId is not null, turn.Identity.ProducerId, turn.Identity.Epoch, turn.Sequence);
        var name = partition.Target.Topic;
        if (!_topics.TryGetValue(name, out var topic))
        {
            topic = _request.TopicData.Next();
            topic.Name = name;
            topic.TopicId = turn.TopicId;
            _topics.Add(name, topic);
            _everyTopicHasId &= turn.TopicId != Guid.Empty;
        }

        var data = topic.PartitionData.Next();
        data.Index = partition.Target.Partition;
        data.Records = turn.Bytes;
        _parts.Add((partition, turn.TopicId));
        Bytes += turn.Bytes.Length;
    }

    /// <summary>Sends it; <paramref name="answered"/> is called once the answer is there or the connection is lost.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Its result is taken once, when IsAnswered: what an await does, spread over two methods.")]
    public void Send(IProduceConnection connection, TimeSpan brokerTimeout, TimeSpan answerTimeout, Action answered)
    {
        var newest = transactionalId is not null ? LastVersionOfAddedPartitions : _everyTopicHasId ? short.MaxValue : LastNamedVersion;
        _version = Math.Min(connection.Version, newest);
        Index();
        _request.TimeoutMs = (int)Math.Min(brokerTimeout.TotalMilliseconds, int.MaxValue);
        try
        {
            _answer = connection.SendAsync(_request, _version, _buffer, answerTimeout).GetAwaiter();
        }
        catch (KafkaConnectionException failure)
        {
            _answer = ValueTask.FromException<Frame>(failure).GetAwaiter();
        }

        if (_answer.IsCompleted) answered();
        else _answer.UnsafeOnCompleted(answered);
    }

    /// <summary>The answer, once <see cref="IsAnswered"/>: throws what the connection failed with. The caller owns the frame.</summary>
    public Frame TakeAnswer() => _answer.GetResult();

    /// <summary>Decodes the answer.</summary>
    public ProduceResponse Read(IProduceConnection connection, Frame frame)
    {
        connection.Read(frame, _version, ref _response);
        return _response;
    }

    /// <summary>The partition that an answer is for, once: null when it was not asked for or answered before.</summary>
    public ProducerPartition? TakePart(TopicProduceResponse topic, int partition)
    {
        return _places.Remove(Key(topic.Name, topic.TopicId, partition), out var place) ? TakePart(place) : null;
    }

    /// <summary>The partition at <paramref name="place"/>, unless it was taken before.</summary>
    public ProducerPartition? TakePart(int place)
    {
        var part = _parts[place].Partition;
        _parts[place] = default;
        return part;
    }

    private void Index()
    {
        for (var place = 0; place < _parts.Count; place++)
        {
            var (partition, topicId) = _parts[place];
            _places.Add(Key(partition!.Target.Topic, topicId, partition.Target.Partition), place);
        }
    }

    private (string Name, Guid Id, int Partition) Key(string name, Guid id, int partition) =>
        _version > LastNamedVersion ? ("", id, partition) : (name, Guid.Empty, partition);
}
