using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliostat.Connect;

/// <summary>Documents as Kafka Connect writes them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WorkerDocument))]
[JsonSerializable(typeof(ConnectorDocument))]
[JsonSerializable(typeof(ConnectorStatus))]
[JsonSerializable(typeof(TaskStatus))]
[JsonSerializable(typeof(OffsetsDocument))]
[JsonSerializable(typeof(DoneDocument))]
[JsonSerializable(typeof(ValidationDocument))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<TaskDocument>))]
[JsonSerializable(typeof(IReadOnlyList<PluginDocument>))]
[JsonSerializable(typeof(IReadOnlyList<DefinitionDocument>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, ExpandedDocument>))]
[JsonSerializable(typeof(Dictionary<string, WrittenTopics>))]
internal sealed partial class ConnectJson : JsonSerializerContext
{
    /// <summary>As people write it: <c>A->B</c>.</summary>
    public static ConnectJson Plain =>
        field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
