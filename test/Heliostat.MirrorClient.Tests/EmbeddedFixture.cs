using System.Globalization;
using System.Net;
using System.Text;
using Heliostat.Broker;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.MirrorClient.Tests;

/// <summary>An embedded cluster and a running client of it, which can also write.</summary>
internal sealed class EmbeddedFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private EmbeddedFixture(EmbeddedCluster cluster)
    {
        Cluster = cluster;
        Client = Connect(cluster.BootstrapServers);
        _running = Client.RunAsync(_stop.Token);
    }

    public static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System).Token;

    public EmbeddedCluster Cluster { get; }

    public KafkaClient Client { get; }

    public static async Task<EmbeddedFixture> StartAsync(params EmbeddedTopic[] topics) =>
        new(await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerCount = 2, Topics = topics }, CancellationToken.None));

    public static DnsEndPoint[] EndPoints(string bootstrap) =>
        [.. bootstrap
            .Split(',').Select(s => s.Split(':')).Select(s => new DnsEndPoint(s[0], int.Parse(s[1], CultureInfo.InvariantCulture)))];

    public static KafkaClient Connect(string bootstrap) => new(
        new ClientOptions { Cluster = "target", BootstrapServers = EndPoints(bootstrap), CallTimeout = TimeSpan.FromSeconds(10) },
        new FramePool(64 << 20), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Writes one batch and returns its first offset; a null is a null.</summary>
    public async Task<long> WriteAsync(string topic, int partition, (byte[]? Key, byte[]? Value)[] records,
        CompressionCodec codec = CompressionCodec.None)
    {
        using var builder = new RecordBatchBuilder(codec);
        foreach (var (key, value) in records)
        {
            builder.Append(1000, key, value);
        }

        var described = (await new AdminClient(Client, TimeProvider.System).DescribeTopicsAsync([topic], Deadline))[0];
        var request = new ProduceRequest { Acks = -1, TimeoutMs = 5000 };
        var row = request.TopicData.Next();
        (row.Name, row.TopicId) = (topic, described.TopicId);
        var data = row.PartitionData.Next();
        (data.Index, data.Records) = (partition, builder.Build().ToArray());
        var answer = (await Client.CallNodeAsync(described.Partitions.Single(p => p.PartitionIndex == partition).LeaderId, request,
            Deadline)).Responses[0].PartitionResponses[0];
        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        return answer.BaseOffset;
    }

    public Task<long> WriteAsync(string topic, int partition, params (string? Key, string? Value)[] records) => WriteAsync(topic, partition,
        [.. records.Select(r => (r.Key is null ? null : Encoding.UTF8.GetBytes(r.Key),
            r.Value is null ? null : Encoding.UTF8.GetBytes(r.Value)))]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        await Client.DisposeAsync();
        await Cluster.DisposeAsync();
        _stop.Dispose();
    }
}
