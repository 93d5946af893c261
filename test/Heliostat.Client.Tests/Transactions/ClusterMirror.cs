using System.Globalization;
using System.Text;
using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>
/// An owner as the engine is one: lanes of numbered records, their positions in the same transactions, everything begun from what is
/// committed. Not our consumer but Java's reads it back from real brokers.
/// </summary>
internal sealed class ClusterMirror : IAsyncDisposable
{
    public const string TransactionalId = "A-mm2-MirrorSourceConnector-0";
    public const string Topic = "target";
    public const string PositionsTopic = "positions";

    private const int RecordsPerBatch = 5;
    private static readonly TopicPartition Positions = new(PositionsTopic, 0);

    private readonly List<(ProducerPartition Partition, RecordingSink Sink)> _lanes = [];
    private readonly CancellationTokenSource _killed = new();
    private Task _feeding = Task.CompletedTask;

    private ClusterMirror(ITestCluster cluster, TimeSpan timeout)
    {
        Producer = new RealProducer(cluster, new ProducerOptions { TransactionalId = TransactionalId, TransactionTimeout = timeout });
    }

    public RealProducer Producer { get; }

    public ProducerTransaction Transaction => Producer.Transaction!;

    public IReadOnlyList<(ProducerPartition Partition, RecordingSink Sink)> Lanes => _lanes;

    public static async Task CreateTopicsAsync(ITestCluster cluster, int lanes, CancellationToken ct)
    {
        await cluster.Client.CreateTopicAsync(Topic, lanes, null, ct);
        await cluster.Client.CreateTopicAsync(PositionsTopic, 1, null, ct);
    }

    /// <summary>Takes the transactional id over, reads the positions that are committed then, and opens a lane for each.</summary>
    public static async Task<ClusterMirror> TakeOverAsync(ITestCluster cluster, int lanes, CancellationToken ct, TimeSpan? timeout = null,
        bool isOld = false)
    {
        var mirror = new ClusterMirror(cluster, timeout ?? TimeSpan.FromSeconds(60));
        mirror.Producer.Network.IsOld = isOld;
        try
        {
            await mirror.Transaction.TakeOverAsync(ct);
            var positions = await CommittedPositionsAsync(cluster, ct);
            for (var lane = 0; lane < lanes; lane++)
            {
                var sink = new RecordingSink(positions.GetValueOrDefault(lane));
                mirror._lanes.Add((mirror.Producer.Producer.Open(new TopicPartition(Topic, lane), sink), sink));
            }

            return mirror;
        }
        catch
        {
            await mirror.DisposeAsync();
            throw;
        }
    }

    public static async Task<Dictionary<int, long>> CommittedPositionsAsync(ITestCluster cluster, CancellationToken ct)
    {
        var content = await cluster.Client.ReadAsync(PositionsTopic, new ReadOptions { Records = true }, ct);
        var positions = new Dictionary<int, long>();
        foreach (var record in content.Single().Records) positions[(int)Number(record.Key!)] = Number(record.Value!);
        return positions;
    }

    /// <summary>
    /// Feeds each lane from where it stands until all are at <paramref name="until"/>, committing every <paramref name="interval"/>.
    /// </summary>
    public async Task RunAsync(long until, TimeSpan interval, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct, _killed.Token);
        _feeding = Task.WhenAll(_lanes.Select(lane => FeedAsync(lane.Partition, lane.Sink.Position, until, enough.Token)));
        try
        {
            while (_lanes.Any(lane => lane.Sink.Position < until))
            {
                await Task.Delay(interval, TimeProvider.System, ct);
                await CommitAsync(ct);
            }

            await CommitAsync(ct);
        }
        finally
        {
            await enough.CancelAsync();
            await _feeding;
        }
    }

    /// <summary>Enqueues one batch.</summary>
    public void Enqueue(int lane, long first, int records = RecordsPerBatch, long? timestamp = null)
    {
        using var builder = new RecordBatchBuilder();
        _lanes[lane].Partition.Enqueue(Producer.Build(builder, first, records,
            timestamp ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    public async Task CommitAsync(CancellationToken ct)
    {
        await Transaction.HoldAsync(ct);
        await WritePositionsAsync(ct);
        await Transaction.CommitAsync(ct);
        Transaction.Release();
    }

    public async Task WritePositionsAsync(CancellationToken ct)
    {
        using var builder = new RecordBatchBuilder();
        builder.Reset();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var lane = 0; lane < _lanes.Count; lane++)
            builder.Append(now, new NullableSpan(Bytes(lane)), Bytes(_lanes[lane].Sink.Position));
        await Transaction.WriteAsync([new TransactionWrite(Positions, builder.Build().ToArray())], ct);
    }

    /// <summary>
    /// Awaits that Java's read_committed consumer finds <paramref name="counts"/> records of each lane, 0, 1, 2 and so on, and its
    /// committed position behind the last. It may find them a little later than the commit ends: a coordinator answers when it has decided,
    /// and writes the markers then.
    /// </summary>
    public static Task VerifyAsync(ITestCluster cluster, string counts, CancellationToken ct) =>
        Eventually.ValueAsync("committed records", TimeSpan.FromSeconds(20), ct => CommittedAsync(cluster, ct), seen => seen == counts, ct);

    private static async Task<string> CommittedAsync(ITestCluster cluster, CancellationToken ct)
    {
        var positions = await CommittedPositionsAsync(cluster, ct);
        var content = await cluster.Client.ReadAsync(Topic, new ReadOptions { Records = true }, ct);
        foreach (var partition in content)
        {
            var values = partition.Records.Select(record => Number(record.Value!)).ToArray();
            var wrong = Enumerable.Range(0, values.Length).FirstOrDefault(i => values[i] != i, -1);
            Assert.True(wrong < 0,
                wrong < 0
                    ? ""
                    : $"lane {partition.Partition}: record {wrong} of {values.Length} is {values[wrong]}; offset "
                        + $"{partition.Records[wrong].Offset}");
        }

        return string.Join(", ", content.OrderBy(partition => partition.Partition)
            .Select(partition => (partition.Count, Position: positions.GetValueOrDefault(partition.Partition)))
            .Select(lane => lane.Count == lane.Position ? $"{lane.Count}" : $"{lane.Count} with position {lane.Position}"));
    }

    /// <summary>Ends it without a word to the cluster, whatever it does at the moment.</summary>
    public async ValueTask DisposeAsync()
    {
        await _killed.CancelAsync();
        await _feeding;
        await Producer.DisposeAsync();
        _killed.Dispose();
    }

    private async Task FeedAsync(ProducerPartition partition, long from, long until, CancellationToken ct)
    {
        try
        {
            await Producer.FeedAsync(partition, from, until, RecordsPerBatch, 1_700_000_000_000, CompressionCodec.None, Task.CompletedTask,
                ct);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static byte[] Bytes(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static long Number(byte[] text) => long.Parse(text, CultureInfo.InvariantCulture);
}
