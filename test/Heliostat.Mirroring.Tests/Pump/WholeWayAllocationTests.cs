using Heliostat.Client;
using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Records;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Transport;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Pump;

/// <summary>
/// The whole way of a batch: source socket, frame, fetch loop, lane, producer, target socket, acknowledgement. Alone, because the count is
/// of the whole process.
/// </summary>
[Collection(nameof(WholeWayAllocationTests))]
[CollectionDefinition(nameof(WholeWayAllocationTests), DisableParallelization = true)]
public sealed class WholeWayAllocationTests(ITestOutputHelper output)
{
    private const int BatchesPerFetch = 8;
    private const int RecordsPerBatch = 100;

    /// <summary>
    /// What goes on by the clock, whatever is mirrored, is no batch's: about 12,000 bytes in each second were seen, of rounds of half a
    /// second as of two. The smallest object for each fetch is three bytes a batch, in every round.
    /// </summary>
    private const double BytesPerSecond = 16_000;
    private const int MostRounds = 20;
    private const long BatchesPerRound = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

#if DEBUG
    [Theory(Skip = "without optimization every async method allocates: run with -c Release")]
#else
    [Theory]
#endif
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_costs_no_allocation_and_none_of_its_payload_is_read(bool overTls)
    {
        SynchronizationContext.SetSynchronizationContext(null); // the runner's allocates; a server has none
        using var folder = new TemporaryFolder("whole-way");
        using var root = TestAuthority.Root();
        var (server, security) = overTls ? await TlsAsync(root, folder) : (null, SecurityOptions.Plaintext);
        await using var source = new ReplayBroker([.. Enumerable.Range(0, BatchesPerFetch).Select(_ => Poisoned())]) { Tls = server };
        await using var target = new ReplayBroker { RecordsPerProduce = RecordsPerBatch, Tls = server };
        var frames = FramePool(out var context);
        await using var from = Client("source", source, frames, security);
        await using var to = Client("target", target, frames, security);
        var fetcher = new Fetcher(from, new FetchOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var producer = new Producer(to, new ProducerOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var partition = new TopicPartition(ReplayBroker.Topic, 0);
        using var stop = new CancellationTokenSource();
        Task[] running = [from.RunAsync(stop.Token), to.RunAsync(stop.Token), fetcher.RunAsync(stop.Token), producer.RunAsync(stop.Token)];
        var lane = new Lane(
            new LanePlan(partition, ReplayBroker.Topic, 1, ByKey: false, MaxBatchBytes: 1 << 20), context,
            [new Outlet(producer, partition)], new LanePosition(0, -1));
        lane.TryAttach(fetcher.Add(partition, 0, -1, lane));

        var least = double.MaxValue;
        var round = 0;
        for (; round <= MostRounds && least > 1; round++)
        {
            var (batches, before, began) = (producer.Snapshot().Batches, GC.GetTotalAllocatedBytes(precise: true),
                TimeProvider.System.GetTimestamp());
            await target.ProducedAsync(BatchesPerRound).WaitAsync(Patience);
            var byTheClock = BytesPerSecond * TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var perBatch = (GC.GetTotalAllocatedBytes(precise: true) - before - byTheClock) / (producer.Snapshot().Batches - batches);
            least = round == 0 ? least : Math.Min(least, perBatch);
        }

        var snapshot = lane.Snapshot();
        await stop.CancelAsync();
        await Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default);

        output.WriteLine($"{least:0.00} bytes per batch after {round} rounds");
        Assert.Null(snapshot.Pause);
        Assert.Equal(LaneStatus.Running, snapshot.Status);
        Assert.True(snapshot.Position > BatchesPerRound * (round - 1) * RecordsPerBatch, $"{snapshot.Position}");
        Assert.InRange(least, double.MinValue, 1);
    }

    /// <summary>Whoever reads more than the header finds it malformed, and its checksum wrong.</summary>
    private static byte[] Poisoned()
    {
        var batch = LaneBench.Batch(0, RecordsPerBatch);
        Array.Fill(batch, (byte)0xEE, RecordBatchHeader.Size, batch.Length - RecordBatchHeader.Size);
        return batch;
    }

    private static async Task<(TlsServerLayer, SecurityOptions)> TlsAsync(TestAuthority root, TemporaryFolder folder)
    {
        var trust = folder.File("trust.pem");
        await File.WriteAllTextAsync(trust, root.Certificate.ExportCertificatePem());
        return (new TlsServerLayer(new TlsServerOptions { Certificate = root.Issue("CN=broker", ["127.0.0.1"]) }, TimeProvider.System),
            new SecurityOptions { Tls = new TlsOptions { Trust = new TrustStoreOptions { Location = trust, Type = "PEM" } } });
    }

    private static KafkaClient Client(string cluster, ReplayBroker broker, FramePool frames, SecurityOptions security) =>
        new(new ClientOptions { Cluster = cluster, BootstrapServers = [broker.Endpoint], Security = security }, frames, TimeProvider.System,
            NullLoggerFactory.Instance);

    private static FramePool FramePool(out LaneContext context)
    {
        var frames = new FramePool(64 << 20);
        context = new LaneContext
        {
            Time = TimeProvider.System,
            Frames = frames,
            RecordPaths = new RecordPathPool(DecompressionBuffer.DefaultMaxBytes),
            Logger = NullLogger.Instance,
            ReadCommitted = true,
            CheckCrcs = true,
            BatchBytes = 1, // nothing is small enough to be merged, whatever the round trip
            QueueBytes = 1 << 20,
            Abort = null,
        };
        return frames;
    }
}
