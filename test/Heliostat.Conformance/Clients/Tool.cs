using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Conformance.Clients;

/// <summary>A program that is not ours, run to its end or for a while.</summary>
internal sealed class Tool : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;
    private readonly string _name;

    private Tool(TemporaryFolder folder, ChildProcess process, string name)
    {
        _folder = folder;
        _process = process;
        _name = name;
    }

    /// <summary>What it has printed to standard output so far.</summary>
    public string Output => Read(_process.OutputFile);

    /// <summary>What it has printed to standard error so far.</summary>
    public string Errors => Read(_process.ErrorFile);

    public static Tool Start(IReadOnlyList<string> command, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = new TemporaryFolder("tool");
        var inputFile = folder.File("input");
        File.WriteAllText(inputFile, input ?? "");
        var process = ChildProcess.Start(
            folder.File("tool"), ["/bin/sh", "-c", "input=$0; exec \"$@\" <\"$input\"", inputFile, .. command], environment,
            separateErrors: true);
        return new Tool(folder, process, Path.GetFileName(command[0]));
    }

    /// <summary>Runs it to its end, which must be a good one, and returns what it printed.</summary>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string? input = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var tool = Start(command, input, environment);
        return await tool.EndAsync();
    }

    /// <summary>Runs a script of the distribution that KAFKA_HOME names, or of another version beside it.</summary>
    public static Task<string> KafkaAsync(string script, string arguments, string? input = null) =>
        RunAsync([KafkaDistribution.Require().Tool(script), .. Words(arguments)], input, JavaEnvironment());

    public static Tool StartKafka(string? version, string script, IEnumerable<string> arguments) =>
        Start([KafkaDistribution.Require(version).Tool(script), .. arguments], environment: JavaEnvironment());

    /// <summary>Words apart by spaces; none of them holds one.</summary>
    public static string[] Words(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public void Signal(ProcessSignal signal) => _process.Signal(signal);

    public async Task<string> EndAsync()
    {
        var status = await _process.WaitForExitAsync(Within, CancellationToken.None);
        Assert.True(status == 0, $"{_name} ended with {status}:\n{_process.Tail()}");
        return Output;
    }

    /// <summary>Waits until it has done something; says what it printed when it has not.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> done)
    {
        try
        {
            await Eventually.ValueAsync(what, Within, async _ => _process.HasExited || await done(), seen => seen, CancellationToken.None);
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}\n{_process.Tail()}", timeout);
        }

        Assert.True(await done(), $"{_name} ended before {what}:\n{_process.Tail()}");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static Dictionary<string, string> JavaEnvironment()
    {
        var environment = KafkaDistribution.QuickStart;
        environment["LOG_DIR"] = Path.GetTempPath();
        environment["KAFKA_HEAP_OPTS"] = "-Xms64m -Xmx512m";
        return environment;
    }

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
