using System.Text;
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
    private const string TopicPrefix = "status-topic-";
    private const string WrittenBy = ":connector-";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly KafkaBasedLog _configs;
    private readonly KafkaBasedLog _statuses;

    private readonly Lock _gate = new();

    /// <summary>What the status topic says under each key.</summary>
    private readonly Dictionary<string, string> _told = [];

    public ConnectStore(ConnectWorkerFile file, TimeProvider time, ILoggerFactory loggers)
    {
        _configs = new KafkaBasedLog(file.Client, file.ConfigTopic, State.Take, time, loggers);
        _statuses = new KafkaBasedLog(file.Client, file.StatusTopic, TakeStatus, time, loggers);
    }

    /// <summary>What the config topic says.</summary>
    public ConfigState State { get; } = new();

    /// <summary>The id of the cluster; null before it answered.</summary>
    public string? ClusterId => _configs.ClusterId;

    /// <summary>The loops that follow the topics.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> Loops => [_configs.RunAsync, _statuses.RunAsync];

    /// <summary>Ends when all is known that the topics hold.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        await _configs.ToEndAsync(ct);
        await _statuses.ToEndAsync(ct);
    }

    /// <summary>Ends when the config topic holds these, and they are known.</summary>
    public async Task WriteAsync(IReadOnlyList<KeyValuePair<string, byte[]?>> records, CancellationToken ct)
    {
        await _configs.WriteAsync(records, ct);
        await _configs.ToEndAsync(ct);
    }

    /// <summary>
    /// Tells how connectors are, where the topic does not say so already, as <c>KafkaStatusBackingStore</c> keeps it. Tasks that they
    /// have no more are forgotten, and so are connectors that were deleted, with the topics that they wrote to (KIP-558); what is told
    /// of others is left alone.
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

        var changed = Changed(now, [.. statuses.Select(status => status.Name)]);
        if (changed.Length > 0)
        {
            await _statuses.WriteAsync(changed, ct);
            foreach (var (key, value) in changed)
            {
                TakeStatus(key, value);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _configs.DisposeAsync();
        await _statuses.DisposeAsync();
    }

    /// <summary>The connector that a key of the status topic tells of; null where it tells of none.</summary>
    private static string? ConnectorOf(string key) =>
        key.StartsWith(ConnectorPrefix, StringComparison.Ordinal) ? key[ConnectorPrefix.Length..]
        : key.StartsWith(TaskPrefix, StringComparison.Ordinal) && key.LastIndexOf('-') is var end && end > TaskPrefix.Length
            ? key[TaskPrefix.Length..end]
        : null;

    /// <summary>Of a topic's connector; names of topics hold no colon.</summary>
    private static string? WriterOf(string key) => key.StartsWith(TopicPrefix, StringComparison.Ordinal)
        && key.IndexOf(WrittenBy, StringComparison.Ordinal) is var at and > 0 ? key[(at + WrittenBy.Length)..] : null;

    private KeyValuePair<string, byte[]?>[] Changed(Dictionary<string, string> now, HashSet<string> names)
    {
        var gone = State.Gone;
        lock (_gate)
        {
            return
            [
                .. now.Where(one => _told.GetValueOrDefault(one.Key) != one.Value)
                    .Select(one => KeyValuePair.Create(one.Key, (byte[]?)Encoding.UTF8.GetBytes(one.Value))),
                .. _told.Keys.Where(key => !now.ContainsKey(key) && (ConnectorOf(key) is { } connector
                        ? names.Contains(connector) || gone.Contains(connector)
                        : WriterOf(key) is { } writer && gone.Contains(writer)))
                    .Select(key => KeyValuePair.Create(key, (byte[]?)null)),
            ];
        }
    }

    private void TakeStatus(string key, byte[]? value)
    {
        lock (_gate)
        {
            if (value is null)
            {
                _told.Remove(key);
            }
            else
            {
                _told[key] = Encoding.UTF8.GetString(value);
            }
        }
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
