using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heliostat.Testing.RealKafka;

/// <summary>One JVM that runs java/Oracle.java on the clients of one distribution for as long as the test host lives.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The JVM lives as long as the test host.")]
internal sealed class JavaOracle
{
    private static readonly ConcurrentDictionary<string, Lazy<JavaOracle>> Shared = new();

    /// <summary>Java's own deadlines are a minute or two; only what makes millions of records takes longer.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(Environment.GetEnvironmentVariable("HELIOSTAT_LONG") == "1" ? 30 : 4);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonNode?>> _pending = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Process _jvm;
    private long _lastId;

    private JavaOracle(KafkaDistribution kafka)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "java", "Oracle.java");
        var start = new ProcessStartInfo("setsid",
            ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=WARN", "-cp",
                Path.Combine(kafka.Home, "libs", "*"), source])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _jvm = new Process { StartInfo = start, EnableRaisingEvents = true };
        _jvm.OutputDataReceived += (_, line) => OnLine(line.Data);
        _jvm.ErrorDataReceived += (_, line) => OnError(line.Data);
        _jvm.Exited += (_, _) => OnExited();
        _jvm.Start();
        _jvm.BeginOutputReadLine();
        _jvm.BeginErrorReadLine();
    }

    /// <summary>The JVM for a distribution, started when first asked for; it ends with the test host, whose pipe it reads.</summary>
    public static JavaOracle For(KafkaDistribution kafka) => Shared.GetOrAdd(kafka.Home, _ => new(() => new JavaOracle(kafka))).Value;

    /// <summary>Sends one command and returns its answer; <see cref="JavaOracleException"/> carries a Java stack trace.</summary>
    public async Task<JsonNode?> CallAsync(string command, JsonObject request, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        request["id"] = id;
        request["do"] = command;
        var line = request.ToJsonString();
        lock (_jvm)
        {
            _jvm.StandardInput.WriteLine(line);
            _jvm.StandardInput.Flush();
        }

        if (_jvm.HasExited)
        {
            OnExited();
        }

        try
        {
            return await answer.Task.WaitAsync(Within, TimeProvider.System, ct);
        }
        catch (TimeoutException) when (!answer.Task.IsCompleted)
        {
            _pending.TryRemove(id, out _);
            throw new TimeoutException(
                $"Oracle.java did not answer '{command}' within {Within.TotalMinutes:0} minutes: {line}. It "
                    + $"said:\n{string.Join('\n', _errors)}");
        }
    }

    private void OnLine(string? line)
    {
        if (string.IsNullOrEmpty(line))
        {
            return;
        }

        var answer = JsonSerializer.Deserialize<JsonObject>(line)!;
        if (!_pending.TryRemove(answer["id"]!.GetValue<long>(), out var waiting))
        {
            return;
        }

        if (answer["error"] is { } error)
        {
            // Why something took too long stands in the client's log, if anywhere.
            var text = error.GetValue<string>();
            waiting.SetException(new JavaOracleException(text.Contains("TimeoutException", StringComparison.Ordinal)
                ? $"{text}\nIt said:\n{string.Join('\n', _errors)}"
                : text));
        }
        else
        {
            waiting.SetResult(answer["ok"]);
        }
    }

    private void OnError(string? line)
    {
        if (line is not null)
        {
            _errors.Enqueue(line);
            while (_errors.Count > 50)
            {
                _errors.TryDequeue(out _);
            }
        }
    }

    private void OnExited()
    {
        foreach (var id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out var waiting))
            {
                waiting.SetException(new JavaOracleException("the JVM of Oracle.java ended:\n" + string.Join('\n', _errors)));
            }
        }
    }
}
