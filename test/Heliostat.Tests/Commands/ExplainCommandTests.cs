using System.Text.Json;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("explain");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_origin_of_each_setting_and_what_it_won_over_are_shown()
    {
        var file =
            Write("clusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\ntopics = x\nA->B.topics = "
                + "y\nconsumer.fetch.min.bytes = 1\nB.sasl.jaas.config = password\n");

        var (exitCode, output, errors) = await RunAsync("explain", file, "--flow", "A->B");

        Assert.Equal((0, ""), (exitCode, errors));
        var lines = output.Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        Assert.Equal("A->B", lines[0]);
        Assert.Contains("topics = y line 6: A->B.topics", lines);
        Assert.Contains("over line 5: topics = x", lines);
        Assert.Contains("bootstrap.servers = a:1 line 2: A.bootstrap.servers", lines);
        Assert.Contains("group.id = A-mm2 named for the source", lines);
        Assert.Contains(
            $"{file}:7: consumer.fetch.min.bytes: has no effect: client settings need a cluster; write 'A.consumer.fetch.min.bytes' for "
                + "the one that is read", lines);
        Assert.DoesNotContain(lines, l => l.Contains("password", StringComparison.Ordinal) || l == "B->A (heartbeats only)"
            || l.StartsWith("topics.exclude", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_is_there_as_json_with_defaults()
    {
        var file = Write("clusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\n");

        var (exitCode, output, errors) = await RunAsync("explain", file, "--json");

        Assert.Equal((0, ""), (exitCode, errors));
        using var json = JsonDocument.Parse(output);
        var flow = json.RootElement.GetProperty("flows")[0];
        Assert.Equal("A->B", flow.GetProperty("flow").GetString());
        var topics = flow.GetProperty("readers")[0]
            .GetProperty("settings").EnumerateArray().Single(s => s.GetProperty("key").GetString() == "topics");
        Assert.Equal((".*", true), (topics.GetProperty("value").GetString(), topics.GetProperty("isDefault").GetBoolean()));
    }

    [Fact]
    public async Task A_file_that_cannot_be_run_is_explained_and_refused()
    {
        var file = Write("clusters = A, B\nA.bootstrap.servers = a:1\nA->B.enabled = true\ntasks.max = many\n");

        var (exitCode, output, errors) = await RunAsync("explain", file);

        Assert.Equal(2, exitCode);
        Assert.Contains("A->B", output, StringComparison.Ordinal);
        Assert.Contains($"heliostat: {file}:4: tasks.max: 'many' is not a whole number", errors, StringComparison.Ordinal);
        Assert.Contains("B.bootstrap.servers: is missing", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        var file = Write("clusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\n");

        var missing = await RunAsync("explain", "/nowhere/mm2.properties");
        var flow = await RunAsync("explain", file, "--flow", "A->C");

        Assert.Equal((2, "heliostat: there is no file '/nowhere/mm2.properties'\n"), (missing.ExitCode, missing.Errors));
        Assert.Equal((1, "heliostat: --flow: 'A->C' is not one of the flows: A->B, B->A\n"), (flow.ExitCode, flow.Errors));
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await HeliostatProcess.RunAsync(arguments, TimeSpan.FromSeconds(60), CancellationToken.None);
        return (exitCode, output, errors);
    }

    private string Write(string content)
    {
        var file = _folder.File("mm2.properties");
        File.WriteAllText(file, content);
        return file;
    }
}
