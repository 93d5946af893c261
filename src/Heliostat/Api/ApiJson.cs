using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliostat.Mirroring.Planning;
using Heliostat.Status;

namespace Heliostat.Api;

/// <summary>What the API itself says, as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ConnectError))]
[JsonSerializable(typeof(ActionDocument))]
[JsonSerializable(typeof(ReloadDocument))]
[JsonSerializable(typeof(WorkersDocument))]
[JsonSerializable(typeof(WorkerActionDocument))]
[JsonSerializable(typeof(FlowGroups))]
[JsonSerializable(typeof(Page<PositionDocument>))]
[JsonSerializable(typeof(Dictionary<string, LoggerDocument>))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As people write it: it is served as JSON, and never within a page.</summary>
    public static ApiJson Plain =>
        field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
