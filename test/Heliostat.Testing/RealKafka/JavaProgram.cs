using System.Diagnostics;
using System.Text;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// A small Java program of a test, compiled against the jars of KAFKA_HOME: one line in, one line out. It may sit in one of Kafka's
/// packages, to call what is not public.
/// </summary>
public static class JavaProgram
{
    /// <summary>
    /// Compiles <paramref name="source"/>, runs <paramref name="mainClass"/> with <paramref name="input"/> on its standard input, and
    /// returns the lines it prints.
    /// </summary>
    public static async Task<string[]> RunAsync(string source, string mainClass, IEnumerable<string> options, IEnumerable<string> input,
        CancellationToken ct)
    {
        using var folder = new TemporaryFolder("java-program");
        var jars = Path.Combine(KafkaDistribution.Require().Home, "libs", "*");
        await CompileAsync(jars, folder.Path, source, ct);
        var output = await StartAsync("java", ["-XX:+UseSerialGC", "-cp", $"{folder.Path}:{jars}", mainClass, .. options], input, ct);
        return output.TrimEnd('\n') is { Length: > 0 } text ? text.Split('\n') : [];
    }

    /// <summary>Compiles <paramref name="source"/> into a folder.</summary>
    public static Task CompileAsync(string classPath, string folder, string source, CancellationToken ct) =>
        StartAsync("javac", ["-cp", classPath, "-d", folder, source], [], ct);

    private static async Task<string> StartAsync(string program, IEnumerable<string> arguments, IEnumerable<string> input,
        CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        try
        {
            foreach (var line in input)
            {
                await process.StandardInput.WriteLineAsync(line.AsMemory(), ct);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early: its exit code and errors say why.
        }

        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{await errors}");
    }
}
