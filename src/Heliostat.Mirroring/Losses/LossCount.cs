namespace Heliostat.Mirroring.Losses;

/// <summary>Losses of one kind in one topic since the process started.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Kind">What was lost, in the words of <c>heliostat.on.&lt;kind&gt;</c>.</param>
/// <param name="Times">How often, each loss counted once.</param>
/// <param name="Offsets">Source offsets that were left out; 0 where it cannot be told.</param>
public sealed record LossCount(string Topic, string Kind, long Times, long Offsets);
