using Heliostat.Broker;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Topics.Configs;

public sealed class ConfigSyncTests
{
    private static readonly MirroredTopic[] Orders = [new("orders", "A.orders", 1)];

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_differs_is_changed_and_then_nothing_does()
    {
        await using var pair = await PairAsync(source: new() { ["retention.ms"] = "1000", ["cleanup.policy"] = "compact" },
            target: new() { ["retention.ms"] = "2000", ["segment.ms"] = "5" });
        var sync = Sync(pair);

        var report = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);
        var again = await sync.PlanAsync(Orders, Ct);

        Assert.Equal(["cleanup.policy=compact", "retention.ms=1000", "segment.ms="],
            report.Changed.Select(c => $"{c.Change.Name}={c.Change.Value}"));
        Assert.Empty(report.Refused);
        Assert.Empty(again.Topics);
    }

    [Fact]
    public async Task A_topic_that_the_target_lacks_is_passed_over()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders")
        {
            Configs = new Dictionary<string, string> { ["retention.ms"] = "1" }
        });

        var plan = await Sync(pair).PlanAsync(Orders, Ct);

        Assert.Empty(plan.Topics);
        Assert.Empty(plan.Unreadable);
    }

    [Fact]
    public async Task One_refused_config_keeps_back_no_other_and_is_not_asked_for_at_once_again()
    {
        await using var pair =
            await PairAsync(source: new() { ["retention.ms"] = "1000", ["cleanup.policy"] = "compact", ["segment.ms"] = "7" }, target: []);
        var asked = 0;
        using var fault =
            pair.B.Faults.Answer<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(ApiKey.IncrementalAlterConfigs, request =>
            {
                asked++;
                return request.Resources.Exists(r => r.Configs.Exists(c => c.Name == "retention.ms")) ? Refused(request) : null;
            });
        var time = new ManualTimeProvider();
        var sync = Sync(pair, time);

        var first = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);
        var askedFirst = asked;
        var second = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);

        Assert.Equal(["cleanup.policy", "segment.ms"], first.Changed.Select(c => c.Change.Name).Order());
        Assert.Equal("target B: cannot set retention.ms of topic 'A.orders' to '1000': INVALID_CONFIG (not here)",
            Assert.Single(first.Refused).Cause);
        Assert.Equal(first.Refused, second.Refused);
        Assert.Equal(askedFirst, asked);
    }

    [Fact]
    public async Task A_trial_says_what_would_be_refused_and_changes_nothing()
    {
        await using var pair = await PairAsync(source: new() { ["retention.ms"] = "1000", ["cleanup.policy"] = "compact" }, target: []);
        using var fault = pair.B.Faults.Answer<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
            ApiKey.IncrementalAlterConfigs,
            request => request.Resources.Exists(r => r.Configs.Exists(c => c.Name == "retention.ms")) ? Refused(request) : null);
        var sync = Sync(pair);

        var report = await sync.TryAsync(await sync.PlanAsync(Orders, Ct), Ct);

        Assert.Equal("cleanup.policy", Assert.Single(report.Changed).Change.Name);
        Assert.Equal("retention.ms", Assert.Single(report.Refused).Config);
        Assert.Equal(2, (await sync.PlanAsync(Orders, Ct)).Topics[0].Changes.Count);
    }

    [Fact]
    public async Task A_target_that_takes_all_configs_at_once_keeps_its_others()
    {
        await using var pair = await PairAsync(source: new() { ["retention.ms"] = "1000" },
            target: new() { ["min.insync.replicas"] = "1", ["segment.ms"] = "5" });
        using var fault = pair.B.Faults.Fail(ApiKey.IncrementalAlterConfigs, ErrorCode.UnsupportedVersion, Broker.Faults.FaultRules.Always);
        var sync = Sync(pair);

        var report = await sync.ApplyAsync(await sync.PlanAsync(Orders, Ct), Ct);

        Assert.Empty(report.Refused);
        var configs = (await new ConfigReader(pair.Target, "B").ReadAsync(["A.orders"], Ct))["A.orders"].Configs.Where(c => c.Origin
            == ConfigOrigin.Topic);
        Assert.Equal(["min.insync.replicas=1", "retention.ms=1000"], configs.Select(c => $"{c.Name}={c.Value}").Order());
    }

    private static async Task<EmbeddedPair> PairAsync(Dictionary<string, string> source, Dictionary<string, string> target)
    {
        var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders") { Configs = source });
        pair.B.CreateTopic(new EmbeddedTopic("A.orders") { Configs = target });
        return pair;
    }

    private static ConfigSync Sync(EmbeddedPair pair, TimeProvider? time = null)
    {
        var flow = EmbeddedPair.Flow();
        return new ConfigSync(
            new ConfigRules(flow.Topics.ConfigPropertiesExclude, flow.Topics.UseDefaultsFromSource), SideNames.Of(flow.Name), pair.Source,
            pair.Target, time ?? TimeProvider.System, NullLogger.Instance);
    }

    private static IncrementalAlterConfigsResponse Refused(IncrementalAlterConfigsRequest request) => new()
    {
        Responses = [.. request.Resources.Select(r => new AlterConfigsResourceResponse
        {
            ResourceType = r.ResourceType,
            ResourceName = r.ResourceName,
            ErrorCode = ErrorCode.InvalidConfig,
            ErrorMessage = "not here"
        })],
    };
}
