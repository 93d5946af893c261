using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliostat.DemoView;

/// <summary>The lines of <c>heliostat demo --json</c>; the names are part of the interface.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StartedLine))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class DemoJson : JsonSerializerContext
{
    /// <summary>Without escapes that only web pages need.</summary>
    public static DemoJson Plain =>
        field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
