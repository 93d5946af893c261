using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heliostat.Connect;

/// <summary>
/// What the config topic of a Connect cluster says (<c>KafkaConfigBackingStore</c>): connectors and what operators want of them. Task
/// configs, session keys, restarts and log levels are for workers of Kafka Connect, and are left alone. Thread-safe.
/// </summary>
internal sealed class ConfigState
{
    private const string ConnectorPrefix = "connector-";
    private const string TargetPrefix = "target-state-";
    private const string CommitPrefix = "commit-";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, IReadOnlyDictionary<string, string>> _configs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TargetState> _targets = [];
    private readonly HashSet<string> _gone = [];
    private IReadOnlyList<KeptConnector>? _connectors;

    /// <summary>All connectors, by name; the same list until one of them changes.</summary>
    public IReadOnlyList<KeptConnector> Connectors
    {
        get
        {
            lock (_gate)
            {
                return _connectors ??=
                    [.. _configs.Select(one => new KeptConnector(one.Key, one.Value, _targets.GetValueOrDefault(one.Key)))];
            }
        }
    }

    /// <summary>Connectors that were deleted, as far back as the topic tells.</summary>
    public HashSet<string> Gone
    {
        get
        {
            lock (_gate)
            {
                return [.. _gone];
            }
        }
    }

    /// <summary>Takes in a record; what cannot be read is passed over, as Kafka Connect does.</summary>
    public void Take(string key, byte[]? value)
    {
        lock (_gate)
        {
            if (Named(key, ConnectorPrefix) is { } connector)
            {
                TakeConfig(connector, value);
                _connectors = null;
            }
            else if (Named(key, TargetPrefix) is { } target)
            {
                TakeTarget(target, value);
                _connectors = null;
            }
        }
    }

    /// <summary>A connector's settings.</summary>
    public static KeyValuePair<string, byte[]?> ConfigRecord(string connector, IReadOnlyDictionary<string, string> config) =>
        new(ConnectorPrefix + connector, Json(new JsonObject
        {
            ["properties"] = new JsonObject(config.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)))
        }));

    /// <summary>What operators want of it. Workers before 3.5 know no <c>STOPPED</c>: to them it is paused.</summary>
    public static KeyValuePair<string, byte[]?> TargetRecord(string connector, TargetState target) =>
        new(TargetPrefix + connector, Json(new JsonObject
        {
            ["state"] = target == TargetState.Started ? "STARTED" : "PAUSED",
            ["state.v2"] = $"{target}".ToUpperInvariant(),
        }));

    /// <summary>A stopped connector has no tasks: workers of Kafka Connect let its offsets be changed only where this says so.</summary>
    public static KeyValuePair<string, byte[]?> NoTasksRecord(string connector) =>
        new(CommitPrefix + connector, Json(new JsonObject { ["tasks"] = 0 }));

    /// <summary>A connector is there no more.</summary>
    public static IReadOnlyList<KeyValuePair<string, byte[]?>> Forgetting(string connector) =>
        [new(ConnectorPrefix + connector, null), new(TargetPrefix + connector, null)];

    private void TakeConfig(string connector, byte[]? value)
    {
        if (value is null)
        {
            _configs.Remove(connector);
            _gone.Add(connector);
        }
        else if (Read(value) is { } read && read["properties"] is JsonObject properties)
        {
            _configs[connector] = properties
                .Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.ToString());
            _gone.Remove(connector);
        }
    }

    private void TakeTarget(string connector, byte[]? value)
    {
        if (value is null)
        {
            _targets.Remove(connector);
        }
        else if (Read(value) is { } read
            && Enum.TryParse<TargetState>($"{read["state.v2"] ?? read["state"]}", ignoreCase: true, out var target))
        {
            _targets[connector] = target;
        }
    }

    private static string? Named(string key, string prefix) =>
        key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null;

    /// <summary>With or without a schema around it.</summary>
    private static JsonObject? Read(byte[] value)
    {
        try
        {
            return JsonNode.Parse(value) is JsonObject read ? read["payload"] as JsonObject ?? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Json(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString(Plain));
}
