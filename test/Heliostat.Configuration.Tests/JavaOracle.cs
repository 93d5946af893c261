using System.Diagnostics;

namespace Heliostat.Configuration.Tests;

/// <summary>Runs one of the programs in <c>Configuration/Java</c> with the machine's Java and gives back its output.</summary>
internal static class JavaOracle
{
    public static async Task<string[]> RunAsync(string program, IEnumerable<string> options, IEnumerable<string> input,
        CancellationToken ct)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Java", program + ".java");
        var start = new ProcessStartInfo("java", [.. options, source])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var java = Process.Start(start)!;
        var output = java.StandardOutput.ReadToEndAsync(ct);
        var errors = java.StandardError.ReadToEndAsync(ct);
        try
        {
            foreach (var line in input)
            {
                await java.StandardInput.WriteLineAsync(line.AsMemory(), ct);
            }

            java.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early: its exit code and errors say why.
        }

        await java.WaitForExitAsync(ct);
        Assert.True(java.ExitCode == 0, await errors);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
