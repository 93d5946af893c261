using Heliostat.Mirroring.Java;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// What a JVM is asked at one place of the chain of a lane. Records of a batch are asked about together, before they go through the rules
/// (<see cref="RecordRules.AskAll"/>); a record that was not is asked about alone.
/// </summary>
/// <param name="what">The question.</param>
/// <param name="place">Its number in the chain.</param>
internal sealed class JavaAsked(JavaQuestion what, int place)
{
    /// <summary>The JVM, if it is not there, is not to be asked about many.</summary>
    public bool IsCareful => what.Host.IsCareful;

    /// <summary>There is no JVM: rules are only looked at, as by <c>heliostat plan</c>.</summary>
    public static JavaException Nobody() => new("no JVM runs");

    /// <summary>Begins to ask about many.</summary>
    public void Begin(RuleScratch scratch) => scratch.Java(place).Many.Begin(what);

    /// <summary>Asks about one of many.</summary>
    public void Gather(in RecordView record, RuleScratch scratch) =>
        scratch.Java(place).Many.Gather(record.Offset, record.Timestamp, record.Key, record.Value, record.Headers);

    /// <summary>All were gathered.</summary>
    public void End(RuleScratch scratch) => scratch.Java(place).Many.Ask();

    /// <summary>What became of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="scratch">Where answers are.</param>
    /// <param name="answer">Stands behind the outcome.</param>
    /// <exception cref="JavaException">There is no answer now.</exception>
    /// <exception cref="JsonEditException">The class threw, or ends the JVM.</exception>
    public JavaOutcome Find(scoped in RecordView record, RuleScratch scratch, out JavaReader answer)
    {
        return Find(record, scratch, out answer, out _);
    }

    /// <summary>As <see cref="Find(in RecordView, RuleScratch, out JavaReader)"/>, with whose answer it is.</summary>
    public JavaOutcome Find(scoped in RecordView record, RuleScratch scratch, out JavaReader answer, out JavaAnswers from)
    {
        var (many, alone) = scratch.Java(place);
        from = many;
        if (!many.TryFind(what, record.Offset, out answer, out var outcome))
        {
            from = alone;
            alone.Begin(what);
            alone.Gather(record.Offset, record.Timestamp, record.Key, record.Value, record.Headers);
            if (alone.Ask(alone: true) is { } why)
            {
                throw new JsonEditException(why);
            }

            if (!alone.TryFind(what, record.Offset, out answer, out outcome))
            {
                throw JavaReader.Wrong();
            }
        }

        return outcome == JavaOutcome.Failed ? throw new JsonEditException(JavaWords.Failure(ref answer)) : outcome;
    }
}
