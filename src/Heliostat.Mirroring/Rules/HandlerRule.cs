using System.Globalization;
using System.Text;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// What a message handler of MirrorMaker 1 makes of a record, in a JVM beside the mirror: any number of records, each to a partition of its
/// own. Where one is to go to another topic than the lane does, the record is a failing one.
/// </summary>
/// <param name="what">The class.</param>
/// <param name="topic">The topic that the lane goes to.</param>
/// <param name="asked">What is asked; null where nobody can be.</param>
internal sealed class HandlerRule(JavaClass what, string topic, JavaAsked? asked) : RecordRule
{
    private readonly byte[] _topic = Encoding.UTF8.GetBytes(topic);

    public override JavaAsked? Asked => asked;

    public override string? Note => JavaRule.NoteOf(what);

    public override RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var outcome = (asked ?? throw JavaAsked.Nobody()).Find(record, scratch, out var answer, out var from);
        if (outcome is not JavaOutcome.Records || answer.Number() is not (> 0 and var count))
        {
            return outcome is JavaOutcome.Kept ? RuleOutcome.Kept : RuleOutcome.Dropped;
        }

        var first = answer.At;
        for (var left = count; left > 0; left--)
        {
            var made = JavaRecord.Read(ref answer);
            made.SkipHeaders(ref answer);
            if (!made.Topic.Span.SequenceEqual(_topic))
            {
                return scratch.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"{what.Name} sends it to topic '{Encoding.UTF8.GetString(made.Topic.Span)}', and its lane goes to '{topic}' alone"));
            }
        }

        scratch.Several.Take(from, first, count);
        return RuleOutcome.Several;
    }
}
