using System.Text.Json;
using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Demo;

public sealed class DemoCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_demo_with_restarted_brokers_ends_with_a_clean_audit()
    {
        var (exitCode, output, errors) = await HeliostatProcess.RunAsync(
            ["demo", "--for", "7s", "--json", "--interval", "500ms", "--restart", "target@2s"], Patience, CancellationToken.None);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.True(exitCode == 0, output + errors);
        Assert.Equal("started", Text(lines[0], "type"));
        Assert.Contains(lines,
            line => Text(line, "type") == "event" && Text(line, "text").Contains("target: broker 0 is killed", StringComparison.Ordinal));
        Assert.Contains(lines, line => Text(line, "type") == "progress" && line.GetProperty("lanes").GetArrayLength() == 12);
        var audit = lines[^1];
        Assert.Equal("audit", Text(audit, "type"));
        Assert.True(audit.GetProperty("clean").GetBoolean());
        Assert.Equal((0, 0), (audit.GetProperty("lost").GetInt64(), audit.GetProperty("duplicated").GetInt64()));
        Assert.True(audit.GetProperty("records").GetInt64() > 2000, output);
        Assert.Equal((6, 0), (audit.GetProperty("offsetsRight").GetInt32(), audit.GetProperty("offsetsWrong").GetInt32()));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_signal_ends_a_demo_with_its_audit()
    {
        await using var demo = HeliostatProcess.Start(["demo", "--interval", "200ms", "--rate", "500"]);
        await demo.RunsUntilAsync("the mirror to run", Patience,
            _ => Task.FromResult(demo.Output.Contains("lanes 12/12", StringComparison.Ordinal)), CancellationToken.None);

        demo.Signal(ProcessSignal.Terminate);

        Assert.Equal(0, await demo.WaitForExitAsync(Patience, CancellationToken.None));
        Assert.Contains(" records, 0 lost, 0 duplicated", demo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--restart: 'middle@5s' is not source@TIME or target@TIME", "--restart middle@5s")]
    [InlineData("--restart: 'target@soon' is not source@TIME or target@TIME", "--restart target@soon")]
    [InlineData("--for: '20' is not a duration such as 500ms, 30s or 5m", "--for 20")]
    [InlineData("--for: '2000h' is not a duration such as 500ms, 30s or 5m, of at most 1000h", "--for 2000h")]
    [InlineData("--for: '0.1ms' is not a duration", "--for 0.1ms")]
    public async Task What_cannot_be_is_said_and_nothing_starts(string message, string arguments)
    {
        var (exitCode, output, errors) = await HeliostatProcess.RunAsync(["demo", .. arguments.Split(' ')], Patience,
            CancellationToken.None);

        Assert.Equal(1, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
