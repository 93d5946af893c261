
namespace Heliostat.Mirroring.Losses;

/// <summary>A lane that stands still until somebody says how to go on.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
/// <param name="Kind">What halted it, in the words of <c>heliostat.on.&lt;kind&gt;</c>.</param>
/// <param name="Since">When.</param>
/// <param name="Position">The next source offset to mirror, when it halted.</param>
/// <param name="Divergence">The source offset at which nothing would be lost any more: where both histories part, or the new log's start; null if that is not known.</param>
/// <param name="Cause">What happened, and how to go on.</param>
/// <param name="ResumeAt">Where somebody decided that it goes on; the flow has not done so yet.</param>
public sealed record HaltedLane(
    string Topic, int Partition, string Kind, DateTimeOffset Since, long Position, long? Divergence, string Cause, long? ResumeAt);
