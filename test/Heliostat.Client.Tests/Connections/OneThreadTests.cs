using System.Globalization;
using System.Net;
using System.Text;
using Heliostat.Broker;
using Heliostat.Client.Fetching;
using Heliostat.Client.Groups;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Client.Tests.Fetching;
using Heliostat.Client.Tests.Groups;
using Heliostat.Client.Tests.Producing;
using Heliostat.Protocol.Records;
using Heliostat.Testing.Time;
using Heliostat.Transport;
using Heliostat.Transport.Network;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Connections;

/// <summary>
/// Client and brokers on one thread, in simulated time, over a network in memory: nothing leaves the thread, and the same seed gives the
/// same run.
/// </summary>
public sealed class OneThreadTests
{
    private const int BatchCount = 200;
    private static readonly TopicPartition Orders = new("orders", 0);

    [Fact]
    public void A_run_with_cuts_and_a_dead_broker_is_the_same_each_time()
    {
        var first = Trace(seed: 7);

        Assert.Equal(first, Trace(seed: 7));
        Assert.NotEqual(first, Trace(seed: 8));
    }

    private static List<string> Trace(int seed)
    {
        var trace = new List<string>();
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, () => RunAsync(new Random(seed), time, trace));
        return trace;
    }

    private static async Task RunAsync(Random random, SimulatedClock time, List<string> trace)
    {
        var ct = CancellationToken.None;
        var network = new MemoryNetwork(time)
        {
            Delay = sent =>
            {
                trace.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{time.GetTimestamp()} {sent.Connection.Number} {sent.ToServer} {sent.Bytes}"));
                return TimeSpan.FromMicroseconds(random.Next(100, 20_000));
            },
        };
        var options = new EmbeddedClusterOptions
        {
            BrokerCount = 3,
            Time = time,
            Network = network,
            Random = random,
            Topics = [new EmbeddedTopic("orders", 1, 3)],
        };
        await using var cluster = await EmbeddedCluster.StartAsync(options, ct);
        var frames = new FramePool(64 << 20);
        await using var client = new KafkaClient(
            new ClientOptions { Cluster = "source", BootstrapServers = [Endpoint(cluster)], Network = network, Random = random },
            frames,
            time,
            NullLoggerFactory.Instance);
        var producer = new Producer(client, new ProducerOptions(), time, NullLoggerFactory.Instance);
        var fetcher = new Fetcher(client, new FetchOptions(), time, NullLoggerFactory.Instance);
        var group = new ConsumerGroup(client, new GroupOptions { GroupId = "g" }, new RecordingListener(), time,
            NullLoggerFactory.Instance);
        group.SetTopics(["orders"]);
        using var stop = new CancellationTokenSource();
        Task[] loops = [client.RunAsync(stop.Token), producer.RunAsync(stop.Token), fetcher.RunAsync(stop.Token),
            group.RunAsync(stop.Token)];

        var sink = new RecordingSink();
        var partition = producer.Open(Orders, sink);
        var fetched = new RecordingFetchSink();
        fetcher.Add(Orders, 0, -1, fetched);
        for (var i = 0; i < BatchCount; i++)
        {
            partition.Enqueue(Batch(frames, i, time));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 50)), time, ct);
            if (i % 50 == 25 && network.Connections is { Count: > 0 } open)
            {
                open[random.Next(open.Count)].Cut();
            }

            if (i == 100)
            {
                await cluster.StopBrokerAsync(cluster.Leader("orders", 0), ct);
            }
        }

        while (fetched.Batches.Count == 0 || fetched.Batches[^1].Next < BatchCount)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
        }

        Assert.Equal(BatchCount, sink.Position);
        Assert.Equal(BatchCount, cluster.LogEndOffset("orders", 0));
        await stop.CancelSoonAsync();
        await Task.WhenAll(loops).SettleAsync();
        Assert.DoesNotContain(loops, loop => loop.IsFaulted);
    }

    private static ProduceBatch Batch(FramePool frames, int number, TimeProvider time)
    {
        var builder = new RecordBatchBuilder(Protocol.Compression.CompressionCodec.None);
        builder.Append(0, NullableSpan.Null, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        var built = builder.Build();
        var frameOwned = frames.RentNow(built.Length);
        built.CopyTo(frameOwned.Memory.Span);
        return new ProduceBatch(frameOwned, frameOwned.Memory, number, number + 1, 1, time.GetTimestamp());
    }

    private static DnsEndPoint Endpoint(EmbeddedCluster cluster)
    {
        var first = cluster.BootstrapServers.Split(',')[0].Split(':');
        return new DnsEndPoint(first[0], int.Parse(first[1], CultureInfo.InvariantCulture));
    }
}
