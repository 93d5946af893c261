using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Connect;

/// <summary>The topics in which a Connect cluster keeps its connectors, and how they are.</summary>
internal sealed class ConnectStore : IAsyncDisposable
{
    private const string ConnectorPrefix = "status-connector-";
    private const string TaskPrefix = "status-task-";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly KafkaBasedLog _configs;
    private readonly KafkaBasedLog _statuses;

    /// <summary>What was written last of each status.</summary>
    private readonly Dictionary<string, string> _told = [];

    public ConnectStore(ConnectWorkerFile file, TimeProvider time, ILoggerFactory loggers)
    {
        _configs = new KafkaBasedLog(file.Client, file.ConfigTopic, State.Take, time, loggers);
        _statuses = new KafkaBasedLog(file.Client, file.StatusTopic, static (_, _) => { }, time, loggers);
    }

    /// <summary>What the config topic says.</summary>
    public ConfigState State { get; } = new();

    /// <summary>The loops that follow the topics.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> Loops => [_configs.RunAsync, _statuses.RunAsync];

    /// <summary>Ends when all is known that the config topic holds.</summary>
    public Task ReadAsync(CancellationToken ct) => _configs.ToEndAsync(ct);

    /// <summary>Ends when the config topic holds these, and they are known.</summary>
    public async Task WriteAsync(IReadOnlyList<KeyValuePair<string, byte[]?>> records, CancellationToken ct)
    {
        await _configs.WriteAsync(records, ct);
        await _configs.ToEndAsync(ct);
    }

    /// <summary>
    /// Tells how connectors are, where that is new, as <c>KafkaStatusBackingStore</c> keeps it; what is not among them any more is
    /// forgotten.
    /// </summary>
    public async Task TellAsync(IReadOnlyList<ConnectorStatus> statuses, CancellationToken ct)
    {
        Dictionary<string, string> now = [];
        foreach (var status in statuses)
        {
            now[ConnectorPrefix + status.Name] = Text(status.Connector.State, status.Connector.Trace, status.Connector.WorkerId);
            foreach (var task in status.Tasks)
            {
                now[$"{TaskPrefix}{status.Name}-{task.Id}"] = Text(task.State, task.Trace, task.WorkerId);
            }
        }

        KeyValuePair<string, byte[]?>[] changed =
        [
            .. now.Where(one => _told.GetValueOrDefault(one.Key) != one.Value)
                .Select(one => KeyValuePair.Create(one.Key, (byte[]?)System.Text.Encoding.UTF8.GetBytes(one.Value))),
            .. _told.Keys.Where(key => !now.ContainsKey(key)).Select(key => KeyValuePair.Create(key, (byte[]?)null)),
        ];
        if (changed.Length == 0)
        {
            return;
        }

        await _statuses.WriteAsync(changed, ct);
        _told.Clear();
        foreach (var (key, text) in now)
        {
            _told[key] = text;
        }
    }

    /// <summary>Others tell: what was told here need not be what the topic says any more.</summary>
    public void Forget() => _told.Clear();

    public async ValueTask DisposeAsync()
    {
        await _configs.DisposeAsync();
        await _statuses.DisposeAsync();
    }

    /// <summary>Of generation 0: whatever a worker of Kafka Connect says later is newer.</summary>
    private static string Text(string state, string? trace, string worker) => new JsonObject
    {
        ["state"] = state,
        ["trace"] = trace,
        ["worker_id"] = worker,
        ["generation"] = 0,
        ["version"] = Connector.Version,
    }.ToJsonString(Plain);
}
