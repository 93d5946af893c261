namespace Heliostat.Mirroring.Planning;

/// <summary>The groups that a flow follows, as they stood when it was asked.</summary>
/// <param name="Flow">The flow as the file names it.</param>
/// <param name="Positions">By group, topic and partition.</param>
public sealed record FlowGroups(string Flow, IReadOnlyList<GroupPosition> Positions);
