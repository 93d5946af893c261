using System.Text.Json;
using Heliostat.Broker;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Commands;

public sealed class PlanCommandTests : IDisposable
{
    private const string Small =
        "replication.factor = 1\noffset-syncs.topic.replication.factor = 1\ncheckpoints.topic.replication.factor = "
            + "1\nheartbeats.topic.replication.factor = 1\noffset.storage.replication.factor = 1\n";

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new("plan");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_plan_is_printed_as_text_and_as_json()
    {
        await using var a = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("orders", 3)] },
            CancellationToken.None);
        await using var b = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(), CancellationToken.None);
        var file = Write(a.BootstrapServers, b.BootstrapServers, Small);

        var text = await HeliostatProcess.RunAsync(["plan", file, "--flow", "A->B"], Within, CancellationToken.None);
        var json = await HeliostatProcess.RunAsync(["plan", file, "--json"], Within, CancellationToken.None);

        Assert.Equal((0, ""), (text.ExitCode, text.Errors));
        Assert.Contains("  Create 1 topic\n    A.orders  3 partitions, 1 replica\n", text.Output, StringComparison.Ordinal);
        using var plan = JsonDocument.Parse(json.Output);
        var flow = plan.RootElement.GetProperty("flows")[0];
        Assert.Equal(("A->B", 3, 0), (flow.GetProperty("flow").GetString(), flow.GetProperty("lanes").GetInt32(),
            plan.RootElement.GetProperty("refusals").GetInt32()));
    }

    [Fact]
    public async Task A_plan_with_refusals_ends_with_4()
    {
        await using var a = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("orders", 3)] },
            CancellationToken.None);
        await using var b = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(), CancellationToken.None);

        var outcome = await HeliostatProcess.RunAsync(["plan", Write(a.BootstrapServers, b.BootstrapServers, "replication.factor = 2\n")],
            Within, CancellationToken.None);

        Assert.Equal(4, outcome.ExitCode);
        Assert.Contains("target B: cannot create topic 'A.orders' with 3 partitions: INVALID_REPLICATION_FACTOR", outcome.Output,
            StringComparison.Ordinal);
    }

    /// <summary>As of a topic that a run has grown between our look and our question.</summary>
    [Fact]
    public async Task What_is_refused_only_in_passing_is_not_called_refused()
    {
        await using var a = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("orders", 3)] },
            CancellationToken.None);
        await using var b = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("A.orders", 1)] },
            CancellationToken.None);
        var asked = 0;
        using var growth = b.Faults.Answer<CreatePartitionsRequest, CreatePartitionsResponse>(ApiKey.CreatePartitions, request =>
            new()
            {
                Results = [.. request.Topics.Select(t => new CreatePartitionsTopicResult
            {
                Name = t.Name,
                ErrorCode = asked++ == 0 ? ErrorCode.InvalidPartitions : ErrorCode.None
            })]
            });

        var outcome = await HeliostatProcess.RunAsync(["plan", Write(a.BootstrapServers, b.BootstrapServers, Small)], Within,
            CancellationToken.None);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.Contains("A.orders  from 1 to 3 partitions\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_do_what_it_says_is_said()
    {
        await using var a = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("orders", 3)] },
            CancellationToken.None);
        await using var b = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(), CancellationToken.None);

        var outcome = await HeliostatProcess.RunAsync(["plan",
            Write(a.BootstrapServers, b.BootstrapServers, Small + "A->B.topics = orders # all\n")], Within, CancellationToken.None);

        Assert.Contains("A->B.topics: 'orders # all' is taken as it stands, '# all' with it: a comment must have a line of its own",
            outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_run_ends_with_2_and_a_cluster_that_does_not_answer_with_3()
    {
        var wrong = await HeliostatProcess.RunAsync(["plan", Write("a:1", "b:1", "tasks.max = many\n")], Within, CancellationToken.None);
        var silent = await HeliostatProcess.RunAsync(["plan", Write("127.0.0.1:1", "127.0.0.1:2", "")], Within, CancellationToken.None);

        Assert.Equal(2, wrong.ExitCode);
        Assert.Equal((3, "heliostat: source A: cannot reach 127.0.0.1:1: connection refused\n", ""),
            (silent.ExitCode, silent.Errors, silent.Output));
    }

    private string Write(string source, string target, string more)
    {
        var file = _folder.File("mm2.properties");
        File.WriteAllText(file,
            $"clusters = A, B\nA.bootstrap.servers = {source}\nB.bootstrap.servers = {target}\nA->B.enabled = true\n{more}");
        return file;
    }
}
