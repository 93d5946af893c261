using Heliostat.Client.Admin;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Quotas;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Quotas of clients, with <c>heliostat.sync.client.quotas.enabled</c>.</summary>
public sealed class QuotaTests
{
    private const string Bytes = "producer_byte_rate";

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task They_follow_the_sources_and_what_the_target_has_of_its_own_stays()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await SetAsync(bench, "A", ("user", "alice"), 1000);
        await SetAsync(bench, "A", ("user", null), 2000);
        await SetAsync(bench, "A", ("client-id", "loader"), 3000);
        await SetAsync(bench, "B", ("client-id", "loader"), 1);
        await SetAsync(bench, "B", ("user", "local"), 5);
        await RunAsync(bench, async flow =>
        {
            Assert.True(await flow.RunNowAsync(Duty.Quotas, Ct));
            Assert.Equal("client-id 'loader' 1, user 'alice' 1000, user 'local' 5, user by default 2000", await OnTargetAsync(bench));
            await SetAsync(bench, "A", ("user", "alice"), 1500);
            await SetAsync(bench, "A", ("user", null), null);
            Assert.True(await flow.RunNowAsync(Duty.Quotas, Ct));
            Assert.Equal("client-id 'loader' 1, user 'alice' 1500, user 'local' 5", await OnTargetAsync(bench));
        });

        // What was copied is known at the next start, and what somebody changed since is a copy no more.
        await SetAsync(bench, "B", ("user", "alice"), 7);
        await SetAsync(bench, "A", ("user", "alice"), null);
        await RunAsync(bench, async flow =>
        {
            Assert.True(await flow.RunNowAsync(Duty.Quotas, Ct));
            Assert.Equal("client-id 'loader' 1, user 'alice' 7, user 'local' 5", await OnTargetAsync(bench));
            await SetAsync(bench, "A", ("user", "alice"), 8);
            Assert.True(await flow.RunNowAsync(Duty.Quotas, Ct));
            Assert.Equal("client-id 'loader' 1, user 'alice' 7, user 'local' 5", await OnTargetAsync(bench));
        });
    }

    private static async Task RunAsync(FlowBench bench, Func<Flow, Task> act)
    {
        var engine = bench.Engine("A->B.enabled = true\nheliostat.sync.client.quotas.enabled = true");
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, Ct);
        try
        {
            await Eventually.ValueAsync("the flow to begin", TimeSpan.FromSeconds(60),
                async _ => await engine.Flows[0].RunNowAsync(Duty.Quotas, Ct), done => done, Ct);
            await act(engine.Flows[0]);
        }
        finally
        {
            await stop.CancelAsync();
        }

        Assert.Equal(MirrorEnd.Stopped, (await running).End);
    }

    private static async Task SetAsync(FlowBench bench, string alias, (string Type, string? Name) whom, double? value)
    {
        await using var client = bench.KafkaClient(alias);
        var answer = await new AdminClient(client, TimeProvider.System).AlterClientQuotasAsync(
            [new AlterClientQuotasRequestEntryData
            {
                Entity = [new EntityData { EntityType = whom.Type, EntityName = whom.Name }],
                Ops = [new OpData { Key = Bytes, Value = value ?? 0, Remove = value is null }],
            }], Ct);
        Assert.Equal(ErrorCode.None, answer[0].ErrorCode);
    }

    private static async Task<string> OnTargetAsync(FlowBench bench)
    {
        await using var client = bench.KafkaClient("B");
        var quotas = await QuotaSync.ReadAsync(new AdminClient(client, TimeProvider.System), "B", Ct);
        return string.Join(", ", quotas.Select(quota => $"{quota.Key.Whom()} {quota.Value}").Order(StringComparer.Ordinal));
    }
}
