using System.Globalization;

namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>Groups that would not go on on the target where they stand on the source.</summary>
internal static class GroupDrift
{
    /// <param name="groups">How groups stand.</param>
    /// <param name="mirrored">Topics of the source that are mirrored.</param>
    public static IEnumerable<Difference> Of(FlowGroups groups, IReadOnlySet<string> mirrored) =>
        from position in groups.Positions
        where mirrored.Contains(position.Topic)
            && (position.Written is null || position.Written != position.TargetOffset)
        select new Difference(DifferenceKind.Group, $"{position.Group} on {position.TargetTopic}-{Text(position.Partition)}",
            position.Note ?? "is written elsewhere", Text(position.TargetOffset), Text(position.Written));

    private static string? Text(long? offset) => offset?.ToString(CultureInfo.InvariantCulture);
}
