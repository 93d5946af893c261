using System.Net;
using System.Text;
using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Records;
using Heliostat.Testing.Time;
using Heliostat.Transport;
using Heliostat.Transport.Network;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Clusters in memory and in simulated time, and what is written to the topic <c>orders</c> of one of them.</summary>
internal sealed class SimulatedWriter : IAsyncDisposable
{
    private readonly SimulatedClock _clock;
    private readonly FramePool _frames = new(64 << 20);
    private readonly CancellationTokenSource _stop = new();
    private readonly KafkaClient _client;
    private readonly ProducerPartition[] _partitions;
    private readonly Task[] _loops;

    public SimulatedWriter(EmbeddedCluster to, int partitions, SimulatedClock clock, MemoryNetwork network, Random random)
    {
        _clock = clock;
        var server = IPEndPoint.Parse(to.BootstrapServers.Split(',')[0]);
        _client = new KafkaClient(
            new ClientOptions
            {
                Cluster = "source",
                BootstrapServers = [new DnsEndPoint($"{server.Address}", server.Port)],
                Network = network,
                Random = random,
            }, _frames, clock, NullLoggerFactory.Instance);
        var producer = new Producer(_client, new ProducerOptions(), clock, NullLoggerFactory.Instance);
        _loops = [_client.RunAsync(_stop.Token), producer.RunAsync(_stop.Token)];
        _partitions = [.. Enumerable.Range(0, partitions)
            .Select(partition => producer.Open(new TopicPartition("orders", partition), new Sink()))];
    }

    /// <summary>A cluster whose brokers begin at <paramref name="address"/>.</summary>
    public static Task<EmbeddedCluster> ClusterAsync(
        string address, int brokers, EmbeddedTopic[] topics, SimulatedClock clock, MemoryNetwork network, Random random) =>
            EmbeddedCluster.StartAsync(
                new EmbeddedClusterOptions
                {
                    Address = IPAddress.Parse(address),
                    BrokerCount = brokers,
                    Topics = topics,
                    Time = clock,
                    Network = network,
                    Random = random,
                }, CancellationToken.None);

    /// <summary>Sends a batch, soon.</summary>
    /// <param name="partition">To which partition.</param>
    /// <param name="first">The number of the first record.</param>
    /// <param name="records">Their times and values.</param>
    public void Write(int partition, long first, IReadOnlyList<(long Timestamp, string Value)> records)
    {
        using var builder = new RecordBatchBuilder(Protocol.Compression.CompressionCodec.None);
        foreach (var (timestamp, value) in records)
        {
            builder.Append(timestamp, NullableSpan.Null, Encoding.ASCII.GetBytes(value));
        }

        var built = builder.Build();
        var frameOwned = _frames.RentNow(built.Length);
        built.CopyTo(frameOwned.Memory.Span);
        _partitions[partition].Enqueue(
            new ProduceBatch(frameOwned, frameOwned.Memory, first, first + records.Count, records.Count, _clock.GetTimestamp()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelSoonAsync();
        await Task.WhenAll(_loops).SettleAsync();
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private sealed class Sink : IProduceSink
    {
        public void Acknowledged(in ProduceBatch batch, long baseOffset)
        {
        }

        public void Refused(ErrorCode code, string? message) => Assert.Fail($"{code} {message}");
    }
}
