using System.Globalization;
using System.Text.Json.Serialization;

namespace Heliostat.Mirroring.Audit;

/// <summary>Adjacent records of which the same is wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Source">The first one's source offset; -1 where it has none.</param>
/// <param name="Target">The first one's target offset; -1 where it has none.</param>
/// <param name="Count">How many.</param>
public sealed record AuditFinding(AuditKind Kind, long Source, long Target, long Count)
{
    /// <summary>Whether a record at these offsets, of the same kind, is the next of this finding.</summary>
    internal bool GoesOnWith(AuditKind kind, long source, long target) =>
        Kind == kind && kind is not AuditKind.Damaged && (Source < 0 ? source < 0 : source == Source + Count)
            && (Target < 0 ? target < 0 : target == Target + Count);

    /// <summary>What, where, and of how many records, for people.</summary>
    [JsonIgnore]
    public string Sentence
    {
        get
        {
            var records = Count == 1 ? "a record" : string.Create(CultureInfo.InvariantCulture, $"{Count:#,0} records");
            var source = string.Create(CultureInfo.InvariantCulture, $"source offset {Source}");
            var target = string.Create(CultureInfo.InvariantCulture, $"target offset {Target}");
            return Kind switch
            {
                AuditKind.Missing => $"missing: {records} from {source} on",
                AuditKind.Duplicate => $"twice: {records} from {target} on",
                AuditKind.Foreign => $"foreign: {records} from {target} on",
                AuditKind.Reordered => $"out of order: {records} from {target} on",
                AuditKind.Differs => $"other content: {records} from {source}, {target} on",
                AuditKind.Timestamp => $"other timestamp: {records} from {source}, {target} on",
                _ => $"damaged: the batch at {(Source >= 0 ? source : target)} does not match its checksum",
            };
        }
    }

    /// <summary>The part of it that begins at these offsets or later; null where it has none.</summary>
    internal AuditFinding? From(long source, long target)
    {
        var before = Source >= 0 ? source - Source : target - Target;
        return before <= 0 ? this : before >= Count ? null
            : this with { Source = Source < 0 ? -1 : Source + before, Target = Target < 0 ? -1 : Target + before, Count = Count - before };
    }
}
