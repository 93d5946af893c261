using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;
using Heliostat.Connect;

namespace Heliostat.Tests.Connect;

public sealed class HerdPlanTests
{
    [Fact]
    public void The_connectors_of_a_pair_of_aliases_are_one_flow()
    {
        var plan = HerdPlan.Of([Of("c", "Checkpoint", "west", "east"), Of("h", "Heartbeat", "west", "east"),
            Of("s", "Source", "west", "east"), Of("beat", "Heartbeat", "east", "west"), Other("files")]);

        Assert.Equal(["west->east s c h", "east->west   beat"],
            plan.Flows.Select(flow => $"{flow.Name} {flow.Source?.Name} {flow.Checkpoint?.Name} {flow.Heartbeat?.Name}"));
        Assert.All(plan.Places.Values, place => Assert.Null(place.Refusal));
        Assert.Equal("files", Assert.Single(plan.Others).Name);
    }

    [Fact]
    public void A_checkpoint_connector_waits_for_its_source_connector()
    {
        var plan = HerdPlan.Of([Of("c", "Checkpoint", "west", "east")]);

        Assert.Empty(plan.Flows);
        Assert.True(plan.Places["c"].IsWaiting);
    }

    [Fact]
    public void Each_source_connector_of_a_pair_of_aliases_is_a_flow()
    {
        var plan = HerdPlan.Of([Of("c", "Checkpoint", "west", "east"), Of("first", "Source", "west", "east"),
            Of("h", "Heartbeat", "west", "east"), Of("pay ments", "Source", "west", "east"),
            Of("west->east.MirrorSourceConnector", "Source", "west", "east"), Of("west->east.logs", "Source", "west", "east")]);

        Assert.Equal(["west->east west->east.MirrorSourceConnector c h after ",
            "west->east:first first c  after west->east.MirrorSourceConnector",
            "west->east:pay-ments-37293176 pay ments c  after west->east.MirrorSourceConnector,first",
            "west->east:logs west->east.logs c  after west->east.MirrorSourceConnector,first,pay ments"],
            plan.Flows.Select(flow => $"{flow.Name} {flow.Source?.Name} {flow.Checkpoint?.Name} {flow.Heartbeat?.Name} after "
                + string.Join(',', flow.Before.Select(other => other.Name))));
        Assert.All(plan.Places.Values, place => Assert.Null(place.Refusal));
        Assert.Equal(plan.Flows.Select(flow => flow.Name), plan.Flows.Select(flow => plan.Places[flow.Source!.Name].Flow));
        Assert.Equal(plan.Flows.Select(flow => flow.Name), plan.Flows.Select(flow => FlowName.Parse($"{flow.Name}")));
    }

    [Fact]
    public void Flows_that_would_be_called_alike_are_not_mixed_up()
    {
        var plan = HerdPlan.Of([Of("a", "Source", "west", "east"), Of("logs", "Source", "west", "east"),
            Of("west->east.logs", "Source", "west", "east")]);

        Assert.Equal(["a", "logs"], plan.Flows.Select(flow => flow.Source!.Name));
        Assert.StartsWith("another source connector of west->east has a name that differs from west->east.logs",
            plan.Places["west->east.logs"].Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_one_checkpoint_connector_for_a_pair_of_aliases()
    {
        var plan = HerdPlan.Of([Of("c", "Checkpoint", "west", "east"), Of("d", "Checkpoint", "west", "east"),
            Of("s", "Source", "west", "east")]);

        Assert.Equal("c", Assert.Single(plan.Flows).Checkpoint!.Name);
        Assert.StartsWith("c is the MirrorCheckpointConnector of west->east already", plan.Places["d"].Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_go_to_the_cluster_of_the_worker_and_nowhere_else()
    {
        var elsewhere = Of("s", "Source", "west", "east");
        var plan = HerdPlan.Of([elsewhere with
        {
            Config = new Dictionary<string, string>(elsewhere.Config) { ["producer.override.bootstrap.servers"] = "far:9092" }
        }]);

        Assert.Empty(plan.Flows);
        Assert.StartsWith("producer.override.bootstrap.servers: ", plan.Places["s"].Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_duty_whose_records_would_go_elsewhere_is_not_done()
    {
        var elsewhere = Of("h", "Heartbeat", "west", "east");
        var plan = HerdPlan.Of([elsewhere with
        {
            Config = new Dictionary<string, string>(elsewhere.Config) { ["producer.override.bootstrap.servers"] = "far:9092" }
        }, Of("s", "Source", "west", "east")]);

        Assert.Null(Assert.Single(plan.Flows).Heartbeat);
        Assert.StartsWith("producer.override.bootstrap.servers: ", plan.Places["h"].Refusal, StringComparison.Ordinal);
        Assert.Null(plan.Places["s"].Refusal);
    }

    [Theory]
    [InlineData("heliostat.throttle.bytes.per.second", "200", true)]
    [InlineData("source.cluster.sasl.jaas.config", "another", false)]
    [InlineData("topics", "orders", false)]
    public void A_connector_is_the_same_but_for_one_setting(string key, string value, bool isSame)
    {
        var before = new Dictionary<string, string>
        {
            ["heliostat.throttle.bytes.per.second"] = "100",
            ["source.cluster.sasl.jaas.config"] = "one"
        };
        var flow = new HerdedFlow
        {
            Flow = null!,
            Stop = null!,
            Running = null!,
            Begin = null!,
            Configuration = null!,
            Options = null!,
            Connectors = With(before)
        };

        Assert.True(flow.Is(With(before)));
        var after = With(new Dictionary<string, string>(before) { [key] = value });
        Assert.False(flow.Is(after));
        Assert.Equal(isSame, flow.Is(after, but: "heliostat.throttle.bytes.per.second"));
    }

    private static MirrorConnectors With(Dictionary<string, string> config) =>
        new(new FlowName("west", "east")) { Source = new WrittenConnector("s", config) };

    private static KeptConnector Of(string name, string kind, string source, string target) => new(
        name, new Dictionary<string, string>
        {
            ["connector.class"] = $"org.apache.kafka.connect.mirror.Mirror{kind}Connector",
            ["source.cluster.alias"] = source,
            ["target.cluster.alias"] = target
        }, TargetState.Started);

    private static KeptConnector Other(string name) => new(name, new Dictionary<string, string>
    {
        ["connector.class"] = "org.apache.kafka.connect.file.FileStreamSourceConnector"
    }, TargetState.Started);
}
