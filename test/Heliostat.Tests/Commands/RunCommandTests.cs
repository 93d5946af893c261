using System.Text.RegularExpressions;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Commands;

/// <summary>Files and command lines that cannot run: one clear line for each problem, and the exit status of who was called.</summary>
public sealed partial class RunCommandTests : IDisposable
{
    private const string Good =
        "clusters = A, B\nA.bootstrap.servers = 127.0.0.1:1\nB.bootstrap.servers = 127.0.0.1:2\nA->B.enabled = true\n";
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new("run");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("A.security.protocol = SSH\n", "mm2.properties:5: A.security.protocol: ")]
    [InlineData("security.protocol = SASL_PLAINTEXT\n", "mm2.properties:5: sasl.jaas.config: is missing")]
    [InlineData("A->C.enabled = true\n", "'C' is not one of the clusters")]
    [InlineData("replication.policy.class = com.example.Mine\n", "Java classes cannot be loaded")]
    [InlineData("A->B.topics = a(\n", "A->B.topics")]
    [InlineData("offset.lag.max = many\n", "offset.lag.max")]
    [InlineData("B.exactly.once.source.support = maybe\n", "exactly.once.source.support")]
    [InlineData("A->B.transforms = route\n", "transforms")]
    public async Task A_file_that_cannot_run_says_why(string more, string says)
    {
        var outcome = await HeliostatProcess.RunAsync(["run", Write(Good + more)], Within, CancellationToken.None);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task All_problems_are_told_at_once()
    {
        var outcome = await HeliostatProcess.RunAsync(["run",
            Write(Good + "offset.lag.max = many\nA->B.topics = a(\nB.security.protocol = SSH\n")], Within, CancellationToken.None);

        Assert.Equal(2, outcome.ExitCode);
        Assert.All(["mm2.properties:5: ", "mm2.properties:6: ", "mm2.properties:7: "],
            place => Assert.Contains(place, outcome.Errors, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(255, "connect-mirror-maker", "--help")]
    [InlineData(255, "connect-mirror-maker")]
    [InlineData(255, "connect-mirror-maker", "FILE", "--nonsense")]
    [InlineData(255, "connect-mirror-maker", "/there/is/no/such.properties")]
    [InlineData(2, "connect-mirror-maker", "FILE", "--clusters", "Z")]
    [InlineData(2, "run", "/there/is/no/such.properties")]
    [InlineData(2, "run", "FILE", "--clusters", "Z")]
    [InlineData(1, "run")]
    [InlineData(0, "run", "--help")]
    public async Task Exit_statuses_are_MirrorMaker_2s_by_its_name_and_ours_by_ours(int status, params string[] arguments)
    {
        var file = Write(Good);

        var outcome = await HeliostatProcess.RunAsync(arguments.Select(a => a == "FILE" ? file : a), Within, CancellationToken.None);

        Assert.Equal(status, outcome.ExitCode);
        Assert.NotEqual("", outcome.Output + outcome.Errors);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_named_and_waited_for()
    {
        await using var program = HeliostatProcess.Start(["run", Write(Good + "emit.heartbeats.enabled = false\n"), "--interval", "1s"]);

        await program.RunsUntilAsync("the cause to be told", Within,
            _ => Task.FromResult(program.Errors.Contains("status=waiting", StringComparison.Ordinal)), CancellationToken.None);

        Assert.Matches("status=waiting .* cause=\"[AB]: cannot reach 127\\.0\\.0\\.1:[12]: ", program.Errors);
        Assert.Equal(0, await program.StopAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("heliostat.metrics.listeners = http://:0\n")]
    [InlineData("", "--metrics", "127.0.0.1:0")]
    public async Task Metrics_are_served_while_no_cluster_answers(string more, params string[] options)
    {
        await using var program = HeliostatProcess.Start(["run", Write(Good + "emit.heartbeats.enabled = false\n" + more), .. options]);
        string? address = null;
        await program.RunsUntilAsync("the address to be told", Within, _ =>
        {
            address = Address().Match(program.Errors) is { Success: true } found ? found.Value : null;
            return Task.FromResult(address is not null);
        }, CancellationToken.None);

        using var client = new HttpClient();
        var page = await client.GetStringAsync(address);

        Assert.Contains("heliostat_flow_info{flow=\"A->B\",source=\"A\",target=\"B\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("heliostat_lanes{flow=\"A->B\",state=\"live\"} 0\n", page, StringComparison.Ordinal);
        Assert.Equal(0, await program.StopAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("heliostat.metrics.listeners = http://somewhere:9404\n", "mm2.properties:5: heliostat.metrics.listeners: ")]
    [InlineData("heliostat.metrics.listeners = http://192.0.2.1:9404\n",
        "heliostat.metrics.listeners: cannot listen on http://192.0.2.1:9404: ")]
    public async Task A_metrics_address_that_cannot_be_is_refused_at_the_start(string more, string says)
    {
        var outcome = await HeliostatProcess.RunAsync(["run", Write(Good + more)], Within, CancellationToken.None);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/metrics")]
    private static partial Regex Address();

    private string Write(string text)
    {
        var file = _folder.File("mm2.properties");
        File.WriteAllText(file, text);
        return file;
    }
}
