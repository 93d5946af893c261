using System.Globalization;
using System.Net;
using System.Text;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>
/// A running producer on a real cluster, and lanes that feed it numbered records: the value of a record is its source offset.
/// </summary>
internal sealed class RealProducer : IAsyncDisposable
{
    private const int QueueBytes = 64 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly FramePool _frames = new(long.MaxValue);
    private readonly KafkaClient _client;
    private readonly Task _clientRunning;

    public RealProducer(ITestCluster cluster, ProducerOptions? options = null)
    {
        var endpoints = cluster.BootstrapServers.Split(',').Select(server => server.Split(':'));
        _client = new KafkaClient(
            new ClientOptions
            {
                Cluster = "target",
                BootstrapServers =
                    [.. endpoints.Select(server => new DnsEndPoint(server[0], int.Parse(server[1], CultureInfo.InvariantCulture)))],
            },
            _frames,
            TimeProvider.System,
            Log);
        Network = new AnswerLosingNetwork(new KafkaProduceNetwork(_client));
        options ??= new ProducerOptions();
        Transaction = options.TransactionalId is null ? null : new ProducerTransaction(Network, options, TimeProvider.System, Log);
        Producer = Transaction?.Producer ?? new Producer(Network, options, TimeProvider.System, Log, transaction: null);
        _clientRunning = _client.RunAsync(_stop.Token);
        Running = Producer.RunAsync(_stop.Token);
    }

    public TestLog Log { get; } = new();

    public KafkaClient Client => _client;

    public AnswerLosingNetwork Network { get; }

    public Producer Producer { get; }

    /// <summary>With a transactional id.</summary>
    public ProducerTransaction? Transaction { get; }

    public Task Running { get; }

    /// <summary>
    /// Enqueues batches, each of <paramref name="records"/> records, as fast as the queue has room, at least until <paramref name="until"/>
    /// and while <paramref name="disturbance"/> goes on. Gives the source offset after the last.
    /// </summary>
    public async Task<long> FeedAsync(
        ProducerPartition partition, long from, long until, int records, long timestamp, CompressionCodec codec, Task disturbance,
        CancellationToken ct)
    {
        using var builder = new RecordBatchBuilder(codec);
        var next = from;
        for (; next < until || !disturbance.IsCompleted; next += records)
        {
            for (var full = TimeProvider.System.GetTimestamp(); partition.QueuedBytes > QueueBytes;)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, ct);
                if (TimeProvider.System.GetElapsedTime(full) > TimeSpan.FromMinutes(1))
                    throw new TimeoutException($"{partition.Target} takes nothing: {partition.Snapshot()}");
            }

            partition.Enqueue(Build(builder, next, records, timestamp));
        }

        return next;
    }

    public ProduceBatch Build(RecordBatchBuilder builder, long first, int records, long timestamp)
    {
        builder.Reset();
        for (var offset = first; offset < first + records; offset++)
        {
            builder.Append(timestamp + offset, NullableSpan.Null, Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));
        }

        var built = builder.Build();
        var frameOwned = _frames.RentNow(built.Length);
        built.CopyTo(frameOwned.Memory.Span);
        return new ProduceBatch(frameOwned, frameOwned.Memory, first, first + records, records, TimeProvider.System.GetTimestamp());
    }

    /// <summary>Reads a partition with kcat; says how many records are missing, come twice or come too early.</summary>
    public static async Task<(int Records, int Missing, int Twice, int Disordered)> ReadBackAsync(
        ITestCluster cluster, TopicPartition target, long expected, CancellationToken ct)
    {
        var values = await Kcat.ConsumeAsync(cluster.BootstrapServers, target.Topic, target.Partition, "%s", ct);
        var seen = new HashSet<long>();
        var (last, twice, disordered) = (-1L, 0, 0);
        foreach (var text in values)
        {
            var value = long.Parse(text, CultureInfo.InvariantCulture);
            if (!seen.Add(value)) twice++;
            if (value < last) disordered++;
            last = value;
        }

        return (values.Length, (int)(expected - seen.Count), twice, disordered);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Eventually.EndsAsync("the producer", Running);
        }
        catch (Exception lost) when (lost is TransactionLostException
            or KafkaErrorException { Code: ErrorCode.InvalidProducerEpoch or ErrorCode.ProducerFenced })
        {
        }

        try
        {
            await _clientRunning;
        }
        catch (OperationCanceledException)
        {
        }

        await _client.DisposeAsync();
        _stop.Dispose();
        _frames.ThrowIfRented();
    }
}
