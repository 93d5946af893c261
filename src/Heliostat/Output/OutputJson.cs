using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>What is printed as JSON; the names are part of the interface.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MirrorSnapshot))]
[JsonSerializable(typeof(EngineSnapshot))]
[JsonSerializable(typeof(ExplainedFile))]
[JsonSerializable(typeof(PlannedFile))]
[JsonSerializable(typeof(GroupsFile))]
[JsonSerializable(typeof(DriftFile))]
[JsonSerializable(typeof(VerifiedFile))]
[JsonSerializable(typeof(List<IReadOnlyList<LaneReport>>))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    /// <summary>As people write it, <c>A->B</c> not <c>A\u003EB</c>: this goes to terminals and scripts, and into no web page.</summary>
    public static OutputJson Plain =>
        field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
