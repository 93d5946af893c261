using System.Diagnostics;
using Heliostat.Tests.Structure;

namespace Heliostat.Tests.Metrics;

/// <summary>Prometheus's own tool, where it is installed.</summary>
internal static class Promtool
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    /// <summary>What is lacking; null when it is there.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "promtool")))
            ? null
            : "promtool is not installed (Debian: prometheus)";

    /// <summary>Runs it in the folder of the rules; what it said on both streams.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(RepositoryFiles.Root, "ops"),
        })!;
        using var enough = new CancellationTokenSource(Within, TimeProvider.System);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(enough.Token), process.StandardError.ReadToEndAsync(enough.Token));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(enough.Token);
        return (process.ExitCode, await output + await errors);
    }
}
