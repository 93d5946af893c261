using Heliostat.Testing.Processes;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// Runs kcat, which stands on librdkafka: a client that is neither ours nor Java's. Tests that use it say <c>[KafkaFact(Kcat = true)]</c>.
/// </summary>
public static class Kcat
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    /// <summary>Runs it with these arguments and returns its standard output; throws when it fails.</summary>
    public static Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken ct) =>
        RunAsync(arguments, Within, mayBeCutOff: false, ct);

    /// <summary>Likewise; the whole lines that it printed so far where it has not ended by then.</summary>
    public static Task<string> RunForAsync(IEnumerable<string> arguments, TimeSpan within, CancellationToken ct) =>
        RunAsync(arguments, within, mayBeCutOff: true, ct);

    /// <summary>
    /// Produces lines of <c>key:value</c> to one partition in one go; <paramref name="properties"/> are librdkafka settings.
    /// </summary>
    public static async Task ProduceAsync(
        string bootstrap, string topic, int partition, IEnumerable<string> lines, IReadOnlyDictionary<string, string> properties,
        CancellationToken ct)
    {
        using var folder = new TemporaryFolder("kcat");
        await File.WriteAllLinesAsync(folder.File("records"), lines, ct);
        var settings = properties.SelectMany(p => new[] { "-X", $"{p.Key}={p.Value}" });
        await RunAsync(["-P", "-b", bootstrap, "-t", topic, "-p", $"{partition}", "-K", ":", "-l", .. settings, folder.File("records")],
            ct);
    }

    /// <summary>Reads a partition from its start to its end, a line for each record in kcat's own -f format.</summary>
    public static async Task<string[]> ConsumeAsync(string bootstrap, string topic, int partition, string format, CancellationToken ct)
    {
        var output = await RunAsync(["-C", "-q", "-e", "-b", bootstrap, "-t", topic, "-p", $"{partition}", "-o", "beginning", "-f",
            format + "\\n"], ct);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> RunAsync(IEnumerable<string> arguments, TimeSpan within, bool mayBeCutOff, CancellationToken ct)
    {
        using var folder = new TemporaryFolder("kcat");
        await using var process = ChildProcess.Start(folder.File("kcat"), ["kcat", .. arguments], null, separateErrors: true);
        try
        {
            var status = await process.WaitForExitAsync(within, ct);
            return status == 0
                ? await File.ReadAllTextAsync(process.OutputFile, ct)
                : throw new InvalidOperationException($"kcat {string.Join(' ', arguments)} ended with {status}:\n{process.Tail()}");
        }
        catch (TimeoutException) when (mayBeCutOff)
        {
            var text = await File.ReadAllTextAsync(process.OutputFile, ct);
            return text[..(text.LastIndexOf('\n') + 1)];
        }
    }
}
