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
[JsonSerializable(typeof(VerifiedFile))]
[JsonSerializable(typeof(List<IReadOnlyList<LaneReport>>))]
internal sealed partial class OutputJson : JsonSerializerContext;
