namespace Heliostat.Configuration.Options;

/// <summary>Same offsets on both sides.</summary>
/// <param name="Topics"><c>heliostat.offsets</c>: for which topics.</param>
/// <param name="MaxFill"><c>heliostat.offsets.equal.max.fill</c>: the most offsets without a record that are filled at once, of a
/// partition.</param>
public sealed record EqualOffsets(EqualTopics Topics, long MaxFill)
{
    /// <summary>No topic has the same offsets.</summary>
    public static EqualOffsets None { get; } = new(EqualTopics.None, 0);
}
