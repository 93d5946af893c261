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
    public void There_is_one_source_connector_for_a_pair_of_aliases()
    {
        var plan = HerdPlan.Of([Of("first", "Source", "west", "east"), Of("second", "Source", "west", "east")]);

        Assert.Equal("first", Assert.Single(plan.Flows).Source!.Name);
        Assert.Null(plan.Places["first"].Refusal);
        Assert.StartsWith("first is the MirrorSourceConnector of west->east already", plan.Places["second"].Refusal,
            StringComparison.Ordinal);
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
