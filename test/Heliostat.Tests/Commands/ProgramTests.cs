using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Commands;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("--help", "mirror-maker  ")]
    [InlineData("-h", "mirror-maker  ")]
    [InlineData("mirror --help", "--keep-names")]
    [InlineData("--version", "0.")]
    [InlineData("help", "mirror-maker  ")]
    [InlineData("help mirror", "--keep-names")]
    [InlineData("version", "0.")]
    [InlineData("mirror --help", "Examples:")]
    [InlineData("mirror --help", "[default: ")]
    [InlineData("plan --help", "4 when a cluster would refuse something")]
    public async Task Help_and_version_go_to_standard_output(string arguments, string part)
    {
        var (exitCode, output, errors) = await RunAsync(arguments.Split(' '));

        Assert.Equal(0, exitCode);
        Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(1, "Usage:", "")]
    [InlineData(1, "heliostat: 'mirrow' is not a command of heliostat; did you mean 'mirror'?; see 'heliostat --help'", "mirrow")]
    [InlineData(1, "heliostat: 'runn' is not a command of heliostat; did you mean 'run'?", "runn a.properties")]
    [InlineData(1, "did you mean 'version'?", "versoin")]
    [InlineData(1, "--consumer.config is given 2 times: MirrorMaker 1 of Kafka 0.8 took several sources, a mirror has one now",
        "mirror-maker --consumer.config a --consumer.config b --producer.config c --include x")]
    [InlineData(1, "heliostat: 'teleport' is not a command of heliostat; see 'heliostat --help'", "teleport")]
    [InlineData(1, "heliostat: --to and --topics are missing; see 'heliostat mirror --help'", "mirror --from a:1")]
    [InlineData(1, "heliostat: FILE is missing; see 'heliostat diff --help'", "diff")]
    [InlineData(1, "heliostat: FILE is missing; see 'heliostat run --help'", "run --until-end")]
    [InlineData(1, "heliostat: '--form' is not an option of mirror; did you mean '--from'?", "mirror --form a:1 --to b:1 --topics x")]
    [InlineData(1, "heliostat: '--inculde' is not an option of mirror-maker; did you mean '--include'?", "mirror-maker --inculde x")]
    [InlineData(1, "heliostat: '--jsn' is not an option of status; did you mean '--json'?", "status --jsn")]
    [InlineData(1, "heliostat: '--jsn' is not an option of plan; did you mean '--json'?", "plan --jsn a.properties")]
    [InlineData(1, "heliostat: '--fro' is not an option of loggers; did you mean '--for'?", "loggers --fro 9s")]
    [InlineData(1, "heliostat: --consumer.config, --producer.config and --include are missing; see 'heliostat mirror-maker --help'",
        "mirror-maker --num.streams 1")]
    [InlineData(1, "--streams: 'two' is not a whole number", "mirror --from a:1 --to b:1 --topics x --streams two")]
    [InlineData(1, "--streams: 0 is less than 1", "mirror --from a:1 --to b:1 --topics x --streams 0")]
    [InlineData(1, "RATE: 'fast' is not a number of bytes a second such as 500K, 50M or 1G, or off", "throttle A..B fast")]
    [InlineData(1, "--for: 'soon' is not a time such as 90s, 10m, 2h or 1d", "pause A..B --for soon")]
    [InlineData(1, "--memory: 'lots' is not a size such as 65536, 64K, 128M or 1G", "mirror --from a:1 --to b:1 --topics x --memory lots")]
    [InlineData(1, "'nowhere'", "mirror --from a:1 --to b:1 --topics x --start nowhere")]
    [InlineData(1, "--producer-property: '=9' is not KEY=VALUE", "mirror --from a:1 --to b:1 --topics x --producer-property =9")]
    [InlineData(2, "heliostat: --from: bootstrap.servers: 'a:b' has an entry that is not host:port: 'a:b'",
        "mirror --from a:b --to b:1 --topics x")]
    [InlineData(2, "heliostat: --topics: pattern '[' is not a Java regular expression: unclosed character class at index 0",
        "mirror --from a:1 --to b:1 --topics [")]
    [InlineData(2, "heliostat: --consumer-property: fetch.min.bytes: 'x' is not a whole number",
        "mirror --from a:1 --to b:1 --topics x --consumer-property fetch.min.bytes=x")]
    public async Task A_wrong_command_line_gives_clear_lines_and_its_own_status(int status, string message, string arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.True(exitCode == status, $"{exitCode}: {errors}");
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("mirrow")]
    [InlineData("mirror --form a:1 --to b:1")]
    [InlineData("mirror-maker --inculde x")]
    [InlineData("mirror")]
    public async Task What_is_not_understood_takes_one_line(string arguments)
    {
        var (_, _, errors) = await RunAsync(arguments.Split(' '));

        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("mirror")]
    [InlineData("mirror-maker")]
    [InlineData("demo")]
    [InlineData("run")]
    [InlineData("explain")]
    [InlineData("plan")]
    [InlineData("groups")]
    [InlineData("resume")]
    [InlineData("verify")]
    [InlineData("broker")]
    [InlineData("status")]
    [InlineData("events")]
    [InlineData("pause")]
    [InlineData("restart")]
    [InlineData("loggers")]
    [InlineData("skip")]
    [InlineData("workers")]
    [InlineData("drain")]
    [InlineData("move")]
    [InlineData("rebalance")]
    public async Task Help_has_one_notation_of_defaults_and_examples_and_exit_statuses(string command)
    {
        var (_, output, errors) = await RunAsync(["help", command]);

        var help = output + errors;
        Assert.DoesNotContain("(default", help, StringComparison.Ordinal);
        Assert.Contains($"Examples:\n  heliostat {command}", help, StringComparison.Ordinal);
        Assert.Matches(@"Exit status:\n  0( when .*)?\n(  \d+ .*\n(      .*\n)*)+\n", help);
    }

    [Fact]
    public async Task An_unreachable_source_is_a_failure_that_names_the_side()
    {
        var (exitCode, _, errors) = await RunAsync(["mirror", "--from", "127.0.0.1:1", "--to", "127.0.0.1:1", "--topics", "x",
            "--producer-property", "compression.zstd.level=9"]);

        Assert.Equal(3, exitCode);
        Assert.DoesNotContain("finished", errors, StringComparison.Ordinal);
        Assert.Contains("WARN  heliostat: --producer-property: compression.zstd.level: has no effect", errors, StringComparison.Ordinal);
        Assert.Contains("heliostat: source: cannot reach 127.0.0.1:1", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_ran_when_it_was_stopped_has_not_finished_and_is_no_other_files_mirror()
    {
        using var folder = new TemporaryFolder("dead");
        var (file, other) = (folder.File("mm2.properties"), folder.File("other.properties"));
        await File.WriteAllTextAsync(file,
            "clusters = A, B\nA.bootstrap.servers = 127.0.0.1:1\nB.bootstrap.servers = 127.0.0.1:2\nA->B.enabled = true\n");
        await File.WriteAllTextAsync(other,
            (await File.ReadAllTextAsync(file)).Replace("127.0.0.1:1", "127.0.0.1:3", StringComparison.Ordinal));
        await using var mirror = HeliostatProcess.Start(["run", file]);
        await mirror.RunsUntilAsync("the clusters to be asked", TimeSpan.FromSeconds(30),
            _ => Task.FromResult(mirror.Errors.Contains("cannot reach", StringComparison.Ordinal)), CancellationToken.None);
        var (_, itself, _) = await HeliostatProcess.RunAsync(["status", file], TimeSpan.FromSeconds(30), CancellationToken.None);
        var (_, others, _) = await HeliostatProcess.RunAsync(["status", other], TimeSpan.FromSeconds(30), CancellationToken.None);

        mirror.Signal(ProcessSignal.Terminate);

        Assert.DoesNotContain("No mirror", itself, StringComparison.Ordinal);
        Assert.Contains("No mirror of this file answers at ", others, StringComparison.Ordinal);
        Assert.Equal(0, await mirror.WaitForExitAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
        Assert.Matches("WARN  heliostat: stopped records=0 bytes=0; did not run then: A->B: ", mirror.Errors);
        Assert.DoesNotContain("finished", mirror.Errors, StringComparison.Ordinal);
    }

    /// <summary>
    /// Who looks at a mirror waits for the answer: a cluster that does not answer is named at once, and not after a minute of silence.
    /// </summary>
    [Theory]
    [InlineData(3, "groups")]
    [InlineData(3, "resume")]
    [InlineData(2, "status")]
    [InlineData(2, "verify")]
    public async Task What_looks_at_a_dead_cluster_names_it_at_once(int status, string command)
    {
        using var folder = new TemporaryFolder("dead");
        var file = folder.File("mm2.properties");
        await File.WriteAllTextAsync(file,
            "clusters = A, B\nA.bootstrap.servers = 127.0.0.1:1\nB.bootstrap.servers = 127.0.0.1:2\nA->B.enabled = true\n");

        var (exitCode, output, errors) = await HeliostatProcess.RunAsync([command, file], TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.True(exitCode == status, $"{exitCode}: {errors}");
        Assert.Contains(": connection refused", output + errors, StringComparison.Ordinal);
    }

    private static Task<HeliostatOutcome> RunAsync(IEnumerable<string> arguments) =>
        HeliostatProcess.RunAsync(arguments, TimeSpan.FromSeconds(60), CancellationToken.None);
}
