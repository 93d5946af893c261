using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;

namespace Heliostat.Mirroring.Rules;

/// <summary>What a class of the user's makes of a record, in a JVM beside the mirror.</summary>
/// <param name="what">The class.</param>
/// <param name="asked">What is asked; null where nobody can be.</param>
internal sealed class JavaRule(JavaClass what, JavaAsked? asked) : RecordRule
{
    public override string? Note => NoteOf(what);

    public override JavaAsked? Asked => asked;

    /// <summary>What people are to know of a class.</summary>
    public static string NoteOf(JavaClass what) => $"{what.Name} of {Path.GetFileName(what.Place)}, in a JVM";

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        switch ((asked ?? throw JavaAsked.Nobody()).Find(record, scratch, out var answer))
        {
            case JavaOutcome.Kept:
                return RuleOutcome.Kept;
            case JavaOutcome.Dropped:
                return RuleOutcome.Dropped;
            default:
                var count = answer.Number();
                if (count == 1)
                {
                    Give(ref record, ref answer, scratch);
                }

                return count switch
                {
                    0 => RuleOutcome.Dropped,
                    1 => RuleOutcome.Changed,
                    _ => scratch.Fail($"{what.Name} makes several records of one"),
                };
        }
    }

    private static void Give(ref RecordView record, scoped ref JavaReader answer, RuleScratch scratch)
    {
        var made = JavaRecord.Read(ref answer);
        record.Timestamp = made.Timestamp;
        record.Key = made.HasKey ? made.Key : record.Key;
        record.Value = made.HasValue ? made.Value : record.Value;
        if (made.Headers < 0)
        {
            return;
        }

        record.Headers = made.HeadersOf(ref answer, scratch.Headers());
    }
}
