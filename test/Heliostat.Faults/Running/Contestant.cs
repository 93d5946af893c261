using System.Text.RegularExpressions;
using Heliostat.Faults.Publishing;
using Heliostat.Faults.Systems;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Running;

/// <summary>A system in a scene: its processes, and what they say.</summary>
internal sealed partial class Contestant : IAsyncDisposable
{
    private const int MostRestarts = 5;
    private const int MostCharacters = 170;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(45);

    /// <summary>Before a command: its first argument is what it sees as /etc/hosts.</summary>
    private static readonly string[] InItsPlace =
        ["unshare", "-m", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\""];

    /// <summary>Null where it is not installed.</summary>
    private static readonly string? FakeTime = Directory.GetDirectories("/usr/lib")
        .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists);

    private readonly TemporaryFolder _folder;
    private readonly IReadOnlyList<string> _command;
    private readonly ChildProcess?[] _workers;
    private readonly int[] _linesBefore;
    private int _restarts;
    private string? _clock;

    private Contestant(MirrorSystem system, MirrorJob job, int workers, string? hosts)
    {
        System = system;
        Topic = system.TargetTopic(job.Topic);
        _folder = new TemporaryFolder(system.Name);
        _command = hosts is null ? system.Command(job, _folder) : [.. InItsPlace, hosts, .. system.Command(job, _folder)];
        _workers = new ChildProcess?[workers];
        _linesBefore = new int[workers];
    }

    public MirrorSystem System { get; }

    /// <summary>Where its copy is.</summary>
    public string Topic { get; }

    public int Workers => _workers.Length;

    /// <param name="system">What runs.</param>
    /// <param name="job">What it has to do.</param>
    /// <param name="workers">How many processes.</param>
    /// <param name="hosts">What they see in the place of the machine's file of hosts, which takes the right to mount; null for that
    /// file.</param>
    public static Contestant Start(MirrorSystem system, MirrorJob job, int workers, string? hosts = null)
    {
        var contestant = new Contestant(system, job, workers, hosts);
        for (var i = 0; i < workers; i++)
        {
            contestant.Launch(i);
        }

        return contestant;
    }

    /// <summary>Starts a worker that does not run, and from then on whenever it is started with its clock off by so much.</summary>
    /// <param name="worker">Which.</param>
    /// <param name="clock">In the words of libfaketime, such as <c>+3600s</c>.</param>
    /// <exception cref="InvalidOperationException">There is no libfaketime.</exception>
    public void LaunchAt(int worker, string clock)
    {
        _clock = clock;
        Launch(worker);
    }

    /// <summary>Starts a worker that does not run.</summary>
    public void Launch(int worker)
    {
        var environment = System.IsJava ? KafkaDistribution.QuickStart : [];
        environment["LOG_DIR"] = _folder.File("logs");
        if (_clock is { } clock)
        {
            // Only the wall's: a process's own count of time goes on as ever.
            (environment["FAKETIME"], environment["FAKETIME_DONT_FAKE_MONOTONIC"]) = (clock, "1");
            environment["LD_PRELOAD"] = FakeTime ?? throw new InvalidOperationException("libfaketime is not installed");
        }

        _workers[worker] = ChildProcess.Start(_folder.File($"worker-{worker}"), _command, environment, separateErrors: false);
    }

    public void Signal(int worker, ProcessSignal signal) => _workers[worker]?.Signal(signal);

    /// <summary>SIGKILL; returns once the process is gone.</summary>
    public async Task KillAsync(int worker, CancellationToken ct)
    {
        if (_workers[worker] is { } process)
        {
            process.Signal(ProcessSignal.Kill);
            await process.WaitForExitAsync(StopWithin, ct);
            await process.DisposeAsync();
            _workers[worker] = null;
        }
    }

    /// <summary>SIGTERM, and SIGKILL where that is not enough.</summary>
    public async Task StopAsync(int worker, CancellationToken ct)
    {
        if (_workers[worker] is { } process)
        {
            process.Signal(ProcessSignal.Terminate);
            try
            {
                await process.WaitForExitAsync(StopWithin, ct);
            }
            catch (TimeoutException)
            {
                await KillAsync(worker, ct);
            }

            await process.DisposeAsync();
            _workers[worker] = null;
        }
    }

    public Task StopAllAsync(CancellationToken ct) => Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => StopAsync(worker, ct)));

    /// <summary>From here on what it says is about the fault.</summary>
    public void BeginToListen()
    {
        for (var i = 0; i < Workers; i++)
        {
            _linesBefore[i] = Lines(i).Length;
        }
    }

    /// <summary>Starts again what ended by itself, as a service manager would.</summary>
    public void KeepAlive()
    {
        for (var i = 0; i < Workers; i++)
        {
            if (_workers[i] is { HasExited: true } && _restarts < MostRestarts)
            {
                _restarts++;
                Launch(i);
            }
        }
    }

    /// <summary>The line that says most of the fault, and how much else there was.</summary>
    public string Told(string telling)
    {
        var ended = _restarts > 0 ? $"ended by itself {_restarts} times; " : "";
        return ended + Told(Enumerable.Range(0, Workers).SelectMany(i => Lines(i).Skip(_linesBefore[i])).ToList(), telling);
    }

    /// <summary>Of these lines the first that says what <paramref name="telling"/> is a pattern of, or else the first warning.</summary>
    public static string Told(List<string> lines, string telling)
    {
        var warnings = lines.Where(line => Warning().IsMatch(line) && !Noise().IsMatch(line) && !Trace().IsMatch(line)).ToList();
        var told = telling.Length == 0 ? null : lines.Find(line => Regex.IsMatch(line, telling, RegexOptions.IgnoreCase));
        var words = told ?? (telling.Length == 0 ? warnings.FirstOrDefault() : null);
        var said = words is null ? "nothing of it" : $"*{Short(words)}*";
        return $"{said} ({warnings.Count})";
    }

    /// <summary>A row that says that it never began, and why as far as it told.</summary>
    public Row Absent(string fault, TimeSpan within)
    {
        KeepLog(fault);
        return new Row(fault, System.Name, Row.NotPlayed, "", "", "",
            $"did not mirror within {within.TotalSeconds:0} s, before anything went wrong: {Told("")}");
    }

    /// <summary>Keeps all that it said, where who runs the suite wants that.</summary>
    public void KeepLog(string fault)
    {
        if (Environment.GetEnvironmentVariable("HELIOSTAT_FAULT_LOGS") is { Length: > 0 } folder)
        {
            File.WriteAllLines(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{fault}.{System.Name}.log"),
                Enumerable.Range(0, Workers).SelectMany(i => Lines(i).Select((line, number) =>
                    number == _linesBefore[i] ? $"--- here it goes wrong\n{line}" : line)));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers)
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        _folder.Dispose();
    }

    private static string Short(string line)
    {
        var words = Address().Replace(Folder().Replace(Spaces().Replace(Stamp().Replace(line, ""), " "), ""), "BROKER");
        return FaultDocument.Cell((words.Length <= MostCharacters ? words : words[..MostCharacters] + "…").Replace('*', '.'));
    }

    private string[] Lines(int worker) =>
        File.Exists(_folder.File($"worker-{worker}.log")) ? File.ReadAllLines(_folder.File($"worker-{worker}.log")) : [];

    [GeneratedRegex(@"\b(WARN|ERROR|FATAL)\b|^(\S+ )?\S* ?(warn|error|fail)\w*\b")]
    private static partial Regex Warning();

    /// <summary>What each start says, fault or none.</summary>
    [GeneratedRegex("has no effect|is deprecated|ServiceLoader|isn't a known config|unable to connect the internal|SLF4J")]
    private static partial Regex Noise();

    /// <summary>What follows a line with a level, of Java's.</summary>
    [GeneratedRegex(@"^(\s|Caused by|[a-z]+(\.[\w$]+)+(:|$))")]
    private static partial Regex Trace();

    [GeneratedRegex(@"^\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(Z|\+\d\d:\d\d)?\]? *")]
    private static partial Regex Stamp();

    /// <summary>What is of this run only has no place in a document.</summary>
    [GeneratedRegex(@"(?<![\w.])/(?:[\w.-]+/)+")]
    private static partial Regex Folder();

    [GeneratedRegex(@"(127\.0\.0\.1|localhost):\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
