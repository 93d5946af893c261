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

    /// <summary>The first that carries batches of format 2: Kafka 0.11.</summary>
    internal const short FirstVersionOfBatches = 3;

    /// <summary>The first in which a leader takes zstd (KIP-110): Kafka 2.1.</summary>
    internal const short FirstVersionOfZstd = 7;

    /// <summary>
    /// From 12 on a leader adds the partition to the transaction, where the cluster's way to end one begins a new epoch (KIP-890).
    /// </summary>
    internal const short LastVersionOfAddedPartitions = 11;

    private readonly Dictionary<string, TopicProduceData> _topics = [];
    private readonly Dictionary<(string Name, Guid Id, int Partition), int> _places = [];
    private readonly List<(ProducerPartition? Partition, Guid TopicId)> _parts = [];
    private readonly ProduceRequest _request = new() { Acks = -1, TransactionalId = transactionalId };
    private readonly WireBuffer _buffer = new();
    private readonly List<Frame> _madeOwned = [];

    private ProduceResponse _response = new();
    private ValueTaskAwaiter<Frame> _answer;
    private short _version;
    private bool _everyTopicHasId = true;

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
        foreach (var made in _madeOwned) made.Dispose();
        _madeOwned.Clear();
        _everyTopicHasId = true;
        Bytes = 0;
    }

    /// <summary>Writes the turn into the batch's header and adds the batch.</summary>
    /// <param name="partition">Whose it is.</param>
    /// <param name="turn">The batch.</param>
    /// <param name="madeOwned">What was made of it for a leader that does not know its format or codec; null: the batch itself.</param>
    public void Add(ProducerPartition partition, in ProduceTurn turn, Frame? madeOwned = null)
    {
        var records = turn.Bytes;
        if (madeOwned is not null)
        {
            _madeOwned.Add(madeOwned);
            records = madeOwned.Memory;
        }

        if (records.Span[RecordBatchHeader.MagicOffset] == 2)
        {
            var (identity, sequence) = turn.Identity.IsUnnumbered ? (ProducerIdentity.None, -1) : (turn.Identity, turn.Sequence);
            RecordBatchHeader.Rewrite(records.Span, transactionalId is not null, identity.ProducerId, identity.Epoch, sequence);
        }

        Add(partition, turn, records);
    }

    /// <summary>Sends it; <paramref name="answered"/> is called once the answer is there or the connection is lost.</summary>
    [SuppressMessage("Reliability", "CA2012",
        Justification = "Its result is taken once, when IsAnswered: what an await does, spread over two methods.")]
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

    private void Add(ProducerPartition partition, in ProduceTurn turn, Memory<byte> records)
    {
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
        data.Records = records;
        _parts.Add((partition, turn.TopicId));
        Bytes += records.Length;
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
