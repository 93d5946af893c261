using System.Text;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Links;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.BadInput;

/// <summary>
/// Where a broker should be there is something else. The program itself runs, against an embedded cluster on the other side.
/// </summary>
public sealed class BadPeerTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private static readonly string[] Impatient = ["--producer-property", "max.block.ms=500", "--consumer-property",
        "default.api.timeout.ms=500"];

    private EmbeddedTestCluster _good = null!;

    public static TheoryData<string, string> Peers => new()
    {
        { "http", "does not speak Kafka" },
        { "tls", "speaks TLS" },
        { "huge", "does not speak Kafka" },
        { "negative", "does not speak Kafka" },
        { "garbage", "cannot be read" },
        { "other", "does not speak Kafka" },
        { "nothing", "" },
    };

    public async Task InitializeAsync() => _good = await EmbeddedTestCluster.StartAsync(1, null, Ct);

    public async Task DisposeAsync() => await _good.DisposeAsync();

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task A_port_that_speaks_something_else_is_named_with_its_side_and_ends_the_mirror(string peer, string says)
    {
        await using var server = new RawServer(request => Answer(peer, request), hangsUp: true);

        foreach (var side in new[] { "source", "target" })
        {
            var (from, to) = side == "source" ? (server.Address, _good.BootstrapServers) : (_good.BootstrapServers, server.Address);
            var outcome = await HeliostatProcess.RunAsync(["mirror", "--from", from, "--to", to, "--topics", "x", .. Impatient], Within,
                Ct);

            Assert.True(outcome.ExitCode == 3, $"{outcome.ExitCode}: {outcome.Errors}");
            var last = outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Assert.Contains($" ERROR heliostat: {side}: ", last, StringComparison.Ordinal);
            Assert.Contains(server.Address, last, StringComparison.Ordinal);
            Assert.Contains(says, last, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task MirrorMaker_1s_form_ends_with_255_and_names_side_and_address()
    {
        using var folder = new TemporaryFolder("bad-peer");
        await using var server = new RawServer(request => Answer("http", request), hangsUp: true);
        await File.WriteAllTextAsync(folder.File("c"), $"bootstrap.servers={_good.BootstrapServers}\ngroup.id=g\n", Ct);
        await File.WriteAllTextAsync(folder.File("p"), $"bootstrap.servers={server.Address}\n", Ct);

        var outcome = await HeliostatProcess.RunAsync(
            ["mirror-maker", "--consumer.config", folder.File("c"), "--producer.config", folder.File("p"), "--include", "x"], Within, Ct);

        Assert.Equal(255, outcome.ExitCode);
        Assert.Contains($"heliostat: target: {server.Address}", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_waited_for_as_long_as_max_block_ms_says()
    {
        var nobody = await NobodyAsync();

        var outcome = await HeliostatProcess.RunAsync(
            ["mirror", "--from", _good.BootstrapServers, "--to", nobody, "--topics", "x", "--producer-property", "max.block.ms=1200"],
            Within, Ct);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains($"target: cannot reach {nobody}", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("trying for 1.2 s", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_never_answers_is_given_up_after_its_request_timeout()
    {
        await using var server = new RawServer(_ => [], hangsUp: false);

        var outcome = await HeliostatProcess.RunAsync(
            ["mirror", "--from", server.Address, "--to", _good.BootstrapServers, "--topics", "x", "--consumer-property",
                "request.timeout.ms=700", .. Impatient], Within, Ct);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains($"heliostat: source: {server.Address}", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_cluster_on_both_sides_is_refused()
    {
        var outcome = await HeliostatProcess.RunAsync(
            ["mirror", "--from", _good.BootstrapServers, "--to", _good.BootstrapServers, "--topics", "x", "--keep-names"], Within, Ct);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("source and target are the same cluster", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate)]
    [InlineData(ProcessSignal.Interrupt)]
    public async Task A_topic_that_is_not_there_is_said_and_waited_for_until_a_signal(ProcessSignal signal)
    {
        await using var other = await EmbeddedTestCluster.StartAsync(1, null, Ct);

        await using var mirror = HeliostatProcess.Start(["mirror", "--from", _good.BootstrapServers, "--to", other.BootstrapServers,
            "--topics", "nobody.made.it"]);
        await mirror.RunsUntilAsync("the warning", Within,
            _ => Task.FromResult(mirror.Errors.Contains("no topic matches nobody.made.it", StringComparison.Ordinal)), Ct);
        mirror.Signal(signal);

        Assert.Equal(0, await mirror.WaitForExitAsync(TimeSpan.FromSeconds(30), Ct));
        Assert.Empty(await other.Client.ListTopicsAsync(Ct));
    }

    private static byte[] Answer(string peer, byte[] request) => peer switch
    {
        "http" => "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(),
        "tls" => [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46], // an alert: fatal, protocol version
        "huge" => [0x7f, 0xff, 0xff, 0xff, .. new byte[64]],
        "negative" => [0xff, 0xff, 0xff, 0xf0, .. new byte[64]],
        "garbage" => [0, 0, 0, 20, .. request.AsSpan(8, 4), .. Encoding.ASCII.GetBytes(new string('~', 16))],
        "other" => [0, 0, 0, 20, 1, 2, 3, 4, .. new byte[16]], // the answer to something that nobody asked
        _ => [],
    };

    /// <summary>An address on which nobody listens.</summary>
    private static async Task<string> NobodyAsync()
    {
        await using var gone = new RawServer(_ => [], hangsUp: true);
        return gone.Address;
    }
}
