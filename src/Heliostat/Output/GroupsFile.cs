using Heliostat.Mirroring.Planning;

namespace Heliostat.Output;

/// <summary>What <c>heliostat groups --json</c> prints.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Flows">The groups of each flow.</param>
internal sealed record GroupsFile(string File, IReadOnlyList<FlowGroups> Flows);
