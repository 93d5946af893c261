using System.Text.RegularExpressions;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Tests.Structure;

namespace Heliostat.Tests.Commands;

/// <summary><c>bin/heliostat</c> in a folder of two projects, with a <c>dotnet</c> that only says what it would do.</summary>
public sealed partial class LauncherTests : IDisposable
{
    private const string Dotnet = """
        #!/bin/sh
        if [ "$1" != build ]; then echo "ran ${1##*/} $2"; exit; fi
        echo "  Determining projects to restore..."
        echo "  Heliostat.Client -> /somewhere/Heliostat.Client.dll"
        if [ -n "${BUILD_FAILS:-}" ]; then echo "Lane.cs(1,2): error CS1002: ; expected"; exit 1; fi
        echo "  Heliostat -> /somewhere/heliostat.dll"
        mkdir -p "${2%/*}/bin/Release/net10.0"
        """;

    private readonly TemporaryFolder _folder = new("launcher");

    public LauncherTests()
    {
        foreach (var folder in (string[])["bin", "tools", "src/Heliostat", "src/Heliostat.Client"])
        {
            Directory.CreateDirectory(_folder.File(folder));
        }

        File.Copy(Path.Combine(RepositoryFiles.Root, "bin/heliostat"), _folder.File("bin/heliostat"));
        File.WriteAllText(_folder.File("Directory.Build.props"), "");
        File.WriteAllText(_folder.File("src/Heliostat/Heliostat.csproj"), "");
        File.WriteAllText(_folder.File("src/Heliostat.Client/Heliostat.Client.csproj"), "");
        File.WriteAllText(_folder.File("tools/dotnet"), Dotnet + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.File("tools/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_shows_how_far_its_build_is_and_the_next_builds_nothing()
    {
        var first = await StartAsync();
        var second = await StartAsync();

        Assert.Equal(
            """
            heliostat: building, once after the sources changed; this takes about a minute
            heliostat: building, 0 of 2 projects done, N s: looking for packages
            heliostat: building, 1 of 2 projects done, N s: Heliostat.Client is done
            heliostat: building, 2 of 2 projects done, N s: Heliostat is done

            """, Seconds().Replace(first.Errors, "N s"));
        Assert.Equal((0, "ran heliostat.dll --version\n"), (first.ExitCode, first.Output));
        Assert.Equal((0, "ran heliostat.dll --version\n", ""), (second.ExitCode, second.Output, second.Errors));
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_log_and_ends_with_2()
    {
        var failed = await StartAsync(("BUILD_FAILS", "1"));

        Assert.Equal((2, ""), (failed.ExitCode, failed.Output));
        Assert.EndsWith("Lane.cs(1,2): error CS1002: ; expected\nheliostat: the build failed, see above\n", failed.Errors,
            StringComparison.Ordinal);
    }

    private async Task<HeliostatOutcome> StartAsync(params (string Name, string Value)[] environment)
    {
        var stem = _folder.File(Guid.NewGuid().ToString("N"));
        Dictionary<string, string> variables = new() { ["PATH"] = $"{_folder.File("tools")}:{Environment.GetEnvironmentVariable("PATH")}" };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        await using var process = ChildProcess.Start(stem, [_folder.File("bin/heliostat"), "--version"], variables, separateErrors: true);
        var exitCode = await process.WaitForExitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        return new HeliostatOutcome(exitCode, await File.ReadAllTextAsync(process.OutputFile),
            await File.ReadAllTextAsync(process.ErrorFile));
    }

    [GeneratedRegex(@"\d+ s(?=:)")]
    private static partial Regex Seconds();
}
