using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Heliostat.Connect;

/// <summary>The worker, as <c>GET /</c> tells it.</summary>
/// <param name="Version">A version of Kafka that tools can parse.</param>
/// <param name="Commit">Ours, as it has to be one.</param>
/// <param name="KafkaClusterId">The target of the first flow; null before it answered.</param>
/// <param name="Heliostat">What it is really.</param>
internal sealed record WorkerDocument(string Version, string Commit, string? KafkaClusterId, HeliostatDocument Heliostat);

internal sealed record HeliostatDocument(string Version);

/// <summary>One connector with its settings.</summary>
internal sealed record ConnectorDocument(string Name, IReadOnlyDictionary<string, string> Config, IReadOnlyList<TaskId> Tasks,
    string Type = "source");

internal sealed record TaskId(string Connector, int Task);

/// <summary>One task with its settings, which say what it was given.</summary>
internal sealed record TaskDocument(TaskId Id, IReadOnlyDictionary<string, string> Config);

/// <summary>How a connector is.</summary>
internal sealed record ConnectorStatus(string Name, ConnectorState Connector, IReadOnlyList<TaskStatus> Tasks, string Type = "source");

/// <summary>A state in Kafka Connect's words: RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED, RESTARTING.</summary>
internal sealed record ConnectorState(string State, string WorkerId, string Version)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Trace { get; init; }
}

/// <summary>The same of a task.</summary>
internal sealed record TaskStatus(int Id, string State, string WorkerId, string Version)
{
    /// <summary>Why it failed, beginning with one sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Trace { get; init; }
}

/// <summary>What <c>?expand=</c> asked for.</summary>
internal sealed record ExpandedDocument
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConnectorStatus? Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConnectorDocument? Info { get; init; }
}

/// <summary>Where a connector goes on.</summary>
internal sealed record OffsetsDocument(IReadOnlyList<OffsetDocument> Offsets);

/// <summary>One of its positions; the keys of both are the connector's own.</summary>
internal sealed record OffsetDocument(JsonObject Partition, JsonObject Offset);

/// <summary>What was done, in a sentence.</summary>
internal sealed record DoneDocument(string Message);

/// <summary>The topics that a connector writes to.</summary>
internal sealed record WrittenTopics(IReadOnlyList<string> Topics);

/// <summary>A class that can be asked for.</summary>
internal sealed record PluginDocument(string Class, string Type, string Version);

/// <summary>A setting of a class, for forms.</summary>
internal sealed record DefinitionDocument(string Name, string Type, bool Required, string? DefaultValue, string Importance,
    string Documentation)
{
    public int OrderInGroup { get; init; }

    public string Group { get; } = "Mirror";

    public string Width { get; } = "NONE";

    public string DisplayName => Name;

    public IReadOnlyList<string> Dependents { get; } = [];
}

/// <summary>Whether settings are right.</summary>
internal sealed record ValidationDocument(string Name, int ErrorCount, IReadOnlyList<string> Groups,
    IReadOnlyList<ValidatedDocument> Configs);

internal sealed record ValidatedDocument(DefinitionDocument Definition, ValueDocument Value);

internal sealed record ValueDocument(string Name, string? Value, IReadOnlyList<string> Errors)
{
    public IReadOnlyList<string> RecommendedValues { get; } = [];

    public bool Visible { get; } = true;
}
