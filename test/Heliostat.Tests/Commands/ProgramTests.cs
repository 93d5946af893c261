using Heliostat.Testing.Processes;

namespace Heliostat.Tests.Commands;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("--help", "mirror-maker  ")]
    [InlineData("-h", "mirror-maker  ")]
    [InlineData("mirror --help", "--keep-names")]
    [InlineData("--version", "0.")]
    public async Task Help_and_version_go_to_standard_output(string arguments, string part)
    {
        var (exitCode, output, errors) = await RunAsync(arguments.Split(' '));

        Assert.Equal(0, exitCode);
        Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(1, "Usage:", "")]
    [InlineData(1, "heliostat: Unrecognized command or argument 'mirrow'.", "mirrow")]
    [InlineData(1, "heliostat: Option '--to' is required.", "mirror --from a:1")]
    [InlineData(1, "'--form'", "mirror --form a:1 --to b:1 --topics x")]
    [InlineData(1, "--streams: 'two' is not a whole number", "mirror --from a:1 --to b:1 --topics x --streams two")]
    [InlineData(1, "--streams: 0 is less than 1", "mirror --from a:1 --to b:1 --topics x --streams 0")]
    [InlineData(1, "--memory: 'lots' is not a size such as 65536, 64K, 128M or 1G", "mirror --from a:1 --to b:1 --topics x --memory lots")]
    [InlineData(1, "'nowhere'", "mirror --from a:1 --to b:1 --topics x --start nowhere")]
    [InlineData(1, "--producer-property: '=9' is not KEY=VALUE", "mirror --from a:1 --to b:1 --topics x --producer-property =9")]
    [InlineData(2, "heliostat: --from: bootstrap.servers: 'a' has an entry that is not host:port: 'a'", "mirror --from a --to b:1 --topics x")]
    [InlineData(2, "heliostat: --topics: pattern '[' is not a Java regular expression: unclosed character class at index 0", "mirror --from a:1 --to b:1 --topics [")]
    [InlineData(2, "heliostat: --consumer-property: fetch.min.bytes: 'x' is not a whole number", "mirror --from a:1 --to b:1 --topics x --consumer-property fetch.min.bytes=x")]
    public async Task A_wrong_command_line_gives_clear_lines_and_its_own_status(int status, string message, string arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.True(exitCode == status, $"{exitCode}: {errors}");
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task An_unreachable_source_is_a_failure_that_names_the_side()
    {
        var (exitCode, _, errors) = await RunAsync(["mirror", "--from", "127.0.0.1:1", "--to", "127.0.0.1:1", "--topics", "x", "--producer-property", "compression.zstd.level=9", "--quiet"]);

        Assert.Equal(3, exitCode);
        Assert.Contains("WARNING: --producer-property: compression.zstd.level: has no effect", errors, StringComparison.Ordinal);
        Assert.Contains("heliostat: source: cannot reach 127.0.0.1:1", errors, StringComparison.Ordinal);
    }

    private static Task<HeliostatOutcome> RunAsync(IEnumerable<string> arguments) =>
        HeliostatProcess.RunAsync(arguments, TimeSpan.FromSeconds(60), CancellationToken.None);
}
