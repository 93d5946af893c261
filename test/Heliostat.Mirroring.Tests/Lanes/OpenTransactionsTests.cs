using System.Net;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Lanes;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Lanes;

public sealed class OpenTransactionsTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task The_oldest_open_transaction_of_a_partition_is_told_with_its_id_and_its_start()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync("orders", 2, null, Ct);
        await using var producer =
            await cluster.Client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = "payments-7" }, Ct);
        await producer.BeginAsync(Ct);
        await producer.SendAsync("orders", [new KafkaRecord { Partition = 1, Value = [1] }], Ct);
        await using var client = new KafkaClient(
            new ClientOptions
            {
                Cluster = "source",
                BootstrapServers = [.. cluster.BootstrapServers
                .Split(',').Select(server => IPEndPoint.Parse(server)).Select(at => new DnsEndPoint(at.Address.ToString(), at.Port))]
            },
            new FramePool(1024 * 1024), TimeProvider.System, NullLoggerFactory.Instance);

        var found = await new OpenTransactions(new AdminClient(client, TimeProvider.System)).FindAsync([new("orders", 0), new("orders", 1)],
            Ct);

        Assert.Equal(default, found[new("orders", 0)]);
        var open = found[new("orders", 1)];
        Assert.Equal(("payments-7", TimeSpan.FromMinutes(1)), (open.TransactionalId, open.Timeout));
        Assert.True(TimeProvider.System.GetUtcNow() - open.Since < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void What_the_broker_does_not_tell_is_left_out()
    {
        var since = new DateTimeOffset(2026, 11, 30, 1, 2, 3, TimeSpan.Zero);

        Assert.Equal(
            "waits for the transaction of 'payments-7' (producer id 4) that begins at offset 9: open since 2026-11-30 01:02:03 +00:00, and "
                + "is aborted 60 s after its start unless it ends before",
            new OpenTransaction(4, "payments-7", since, TimeSpan.FromMinutes(1)).Describe(9, default));
        Assert.Equal("waits for the transaction of producer id 4 that begins at offset 9: waited for since 2026-11-30 01:02:03 +00:00",
            new OpenTransaction(4, null, null, null).Describe(9, since));
        Assert.Equal("waits for the transaction that begins at offset 9: waited for since 2026-11-30 01:02:03 +00:00",
            default(OpenTransaction).Describe(9, since));
    }
}
