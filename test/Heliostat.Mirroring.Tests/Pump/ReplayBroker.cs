using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;
using Heliostat.Transport.Security;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>
/// A broker of one partition that costs nothing, for tests that count what others cost: fetches get the same batches over and over under
/// ever higher offsets, produced batches are acknowledged unseen, and both answers are encoded once and patched.
/// </summary>
internal sealed class ReplayBroker : IAsyncDisposable
{
    public const string Topic = "orders";
    private const long Mark = 0x1122334455667788;
    private static readonly Guid OrdersId = Guid.NewGuid();

    private readonly INetworkListener _listener = SocketNetwork.Shared.Listen(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly ConcurrentBag<IDuplex> _duplexes = [];
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly byte[] _batches;
    private readonly int[] _starts;
    private readonly int _recordsPerBatch;
    private readonly Task _accepting;
    private byte[]? _fetched;
    private byte[]? _produced;
    private int _batchesAt;
    private int _markAt;
    private long _fetchOffset;
    private long _produceOffset;
    private long _batchesLeft;
    private TaskCompletionSource? _awaited;

    /// <param name="batches">What one fetch brings, all with as many records.</param>
    public ReplayBroker(params byte[][] batches)
    {
        _batches = [.. batches.SelectMany(batch => batch)];
        _starts = [.. batches.Select((_, i) => batches.Take(i).Sum(before => before.Length))];
        _recordsPerBatch = batches.Length == 0 ? 0 : new RecordBatchHeader(batches[0]).RecordsCount;
        Endpoint = new DnsEndPoint("127.0.0.1", _listener.EndPoint.Port);
        _accepting = AcceptAsync();
    }

    /// <summary>How many records each batch has that it is given.</summary>
    public int RecordsPerProduce { get; init; } = 1;

    /// <summary>What is laid over its port; null for nothing.</summary>
    public TlsServerLayer? Tls { get; init; }

    public DnsEndPoint Endpoint { get; }

    /// <summary>Offsets given out by fetches.</summary>
    public long FetchOffset => Volatile.Read(ref _fetchOffset);

    /// <summary>
    /// Done when so many more batches were produced; one caller at a time. Nothing is looked at meanwhile, as looking costs what others are
    /// measured by.
    /// </summary>
    public Task ProducedAsync(long batches)
    {
        var awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _awaited, awaited);
        Interlocked.Exchange(ref _batchesLeft, batches);
        return awaited.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var duplex in _duplexes) duplex.Dispose();
        await Task.WhenAll(_serving);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var duplex = (await _listener.AcceptAsync(CancellationToken.None)).Duplex;
                _duplexes.Add(duplex);
                _serving.Add(ServeAsync(duplex));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(IDuplex duplex)
    {
        var request = new byte[2 << 20];
        var sent = new WireBuffer();
        try
        {
            duplex = Tls is null ? duplex : await Tls.LayOverAsync(duplex, dialled: null, CancellationToken.None);
            while (true)
            {
                var size = 4;
                for (var done = 0; done < size;)
                {
                    var received = await duplex.ReceiveAsync(request.AsMemory(done, size - done));
                    if (received == 0) return;

                    done += received;
                    if (done == 4) size = 4 + BinaryPrimitives.ReadInt32BigEndian(request);
                }

                sent.Clear();
                sent.Splice(Answer(request.AsSpan(4)));
                await duplex.SendAsync(sent);
            }
        }
        catch (Exception end) when (end is SocketException or IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> request)
    {
        var api = Api.ByKey((ApiKey)BinaryPrimitives.ReadInt16BigEndian(request))!;
        var version = BinaryPrimitives.ReadInt16BigEndian(request[2..]);
        var answer = api.Key switch
        {
            ApiKey.Fetch => Fetched(api, version),
            ApiKey.Produce => Produced(api, version),
            _ => Encoded(api, version, Usual(api.Key)),
        };
        request.Slice(4, 4).CopyTo(answer.AsSpan(4));
        return answer;
    }

    private byte[] Fetched(Api api, short version)
    {
        if (_fetched is null)
        {
            var response = new FetchResponse { SessionId = 7 };
            response.Responses.Add(new()
            {
                Topic = Topic,
                TopicId = OrdersId,
                Partitions = { new PartitionData
                {
                    HighWatermark = long.MaxValue / 2,
                    LastStableOffset = long.MaxValue / 2,
                    LogStartOffset = 0,
                    Records = _batches
                } },
            });
            _fetched = Encoded(api, version, response);
            _batchesAt = _fetched.AsSpan().IndexOf(_batches.AsSpan(RecordBatchHeader.LogOverhead)) - RecordBatchHeader.LogOverhead;
        }

        foreach (var start in _starts)
        {
            RecordBatchHeader.Place(_fetched.AsSpan(_batchesAt + start), _fetchOffset, partitionLeaderEpoch: 0);
            Volatile.Write(ref _fetchOffset, _fetchOffset + _recordsPerBatch);
        }

        return _fetched;
    }

    private byte[] Produced(Api api, short version)
    {
        if (_produced is null)
        {
            var response = new ProduceResponse();
            response.Responses.Add(new()
            {
                Name = Topic,
                TopicId = OrdersId,
                PartitionResponses = { new PartitionProduceResponse { BaseOffset = Mark } }
            });
            _produced = Encoded(api, version, response);
            var mark = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(mark, Mark);
            _markAt = _produced.AsSpan().IndexOf(mark);
        }

        BinaryPrimitives.WriteInt64BigEndian(_produced.AsSpan(_markAt), _produceOffset);
        _produceOffset += RecordsPerProduce;
        if (Volatile.Read(ref _awaited) is { } awaited && Interlocked.Decrement(ref _batchesLeft) == 0)
        {
            awaited.TrySetResult();
        }

        return _produced;
    }

    private IBody Usual(ApiKey key) => key switch
    {
        ApiKey.ApiVersions => new ApiVersionsResponse
        {
            ApiKeys = [.. Api.All.Select(api => new ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = api.MinVersion,
                MaxVersion = api.MaxVersion
            })],
        },
        ApiKey.Metadata => new MetadataResponse
        {
            ClusterId = "replay",
            Brokers = [new() { NodeId = 1, Host = Endpoint.Host, Port = Endpoint.Port }],
            Topics = [new()
            {
                Name = Topic,
                TopicId = OrdersId,
                Partitions = [new() { LeaderId = 1, LeaderEpoch = 0, ReplicaNodes = [1], IsrNodes = [1] }]
            }],
        },
        ApiKey.InitProducerId => new InitProducerIdResponse { ProducerId = 5, ProducerEpoch = 0 },
        _ => throw new IOException($"no answer to {key}"),
    };

    private static byte[] Encoded(Api api, short version, IBody body)
    {
        var buffer = new WireBuffer();
        buffer.Take(4);
        var header = new ResponseHeader();
        var headerVersion = api.ResponseHeaderVersion(version);
        var head = new WireWriter(buffer, headerVersion, headerVersion >= ResponseHeader.FlexibleFrom);
        head.Body(ref header);
        var writer = new WireWriter(buffer, version, api.IsFlexible(version));
        writer.Body(body);
        buffer.PatchInt32(0, (int)buffer.TotalBytes - 4);
        return buffer.ToArray();
    }
}
