using System.Diagnostics;
using System.Globalization;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>MirrorMaker 2's own classes: compiles and runs <c>MirrorMaker2Oracle.java</c> against the jars in KAFKA_HOME.</summary>
internal static class MirrorMaker2Oracle
{
    public const string Variable = "HELIOSTAT_ORACLE";
    public const string VariableValue = "from the environment";

    /// <summary>The maps that MirrorMaker 2 makes of each file, as lines.</summary>
    public static async Task<IReadOnlyList<string[]>> MapsAsync(IEnumerable<string> files, CancellationToken ct)
    {
        var output = await RunAsync([], files.Select(f => Convert.ToHexString(System.Text.Encoding.Latin1.GetBytes(f))), ct);
        return [.. output
            .Split("\n.\n", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Every setting of every definition: scope, key, type, default.</summary>
    public static async Task<string[]> SettingsAsync(CancellationToken ct) =>
        (await RunAsync(["settings"], [], ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<string> RunAsync(string[] options, IEnumerable<string> input, CancellationToken ct)
    {
        using var folder = new TemporaryFolder("oracle");
        var jars = Path.Combine(Environment.GetEnvironmentVariable("KAFKA_HOME")!, "libs", "*");
        var source = Path.Combine(AppContext.BaseDirectory, "Java", "MirrorMaker2Oracle.java");
        await StartAsync("javac", ["-cp", jars, "-d", folder.Path, source], [], ct);
        return await StartAsync("java", ["-cp", string.Create(CultureInfo.InvariantCulture, $"{folder.Path}:{jars}"),
            "org.apache.kafka.connect.mirror.MirrorMaker2Oracle", .. options], input, ct);
    }

    private static async Task<string> StartAsync(string program, IEnumerable<string> arguments, IEnumerable<string> input,
        CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment[Variable] = VariableValue;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        foreach (var line in input)
        {
            await process.StandardInput.WriteLineAsync(line.AsMemory(), ct);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(ct);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
