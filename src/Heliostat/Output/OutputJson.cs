using System.Text.Json.Serialization;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>What is printed as JSON; the names are part of the interface.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MirrorSnapshot))]
[JsonSerializable(typeof(ExplainedFile))]
internal sealed partial class OutputJson : JsonSerializerContext;
