using Heliostat.Configuration;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Registries;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// What is done to the records of one lane, decided once when it is planned. Pure: the same record gives the same again, so that what
/// stands on the target can be compared with what the source holds. Immutable; a scratch goes with each use.
/// </summary>
internal sealed class RecordRules
{
    private readonly Step[] _steps;

    private RecordRules(Step[] steps) => _steps = steps;

    /// <summary>What they are, for people.</summary>
    public IReadOnlyList<string> Names => [.. _steps.Select(step => step.Name)];

    /// <summary>The rules of a lane; null where nothing is done to its records.</summary>
    /// <param name="chain">What the flow asks for.</param>
    /// <param name="topic">The lane's topic, as the replication policy names it.</param>
    /// <param name="partition">The lane's partition.</param>
    /// <param name="provenance">What tells where records were first written; null where nobody asks.</param>
    /// <param name="ids">What ids schemas have on the target; null where the registries are not asked.</param>
    public static RecordRules? Of(TransformChain chain, string topic, int partition, ProvenanceRule? provenance = null,
        SchemaIdTable? ids = null)
    {
        Step[] origin = provenance is null ? [] : [new Step("heliostat.provenance", null, provenance)];
        Step[] steps = [.. origin, .. chain.Of(topic).Select(step => new Step(
            step.Step.Name, step.Step.When is { } when ? RecordMatcher.Of(when, step.Topic, partition) : null,
            RuleMaking.Of(step.Step.Action, step.Topic, partition, ids)))];
        return steps.Length > 0 ? new RecordRules(steps) : null;
    }

    /// <summary>Does all of it to <paramref name="record"/>, in order.</summary>
    public RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
    {
        var outcome = RuleOutcome.Kept;
        foreach (var step in _steps)
        {
            var made = step.Apply(ref record, scratch);
            if (made is RuleOutcome.Failed or RuleOutcome.NotYet)
            {
                scratch.Fail($"{step.Name}: {scratch.Why}");
                return made;
            }

            if (made == RuleOutcome.Dropped)
            {
                return made;
            }

            outcome = made == RuleOutcome.Changed ? made : outcome;
        }

        return outcome;
    }

    private readonly record struct Step(string Name, RecordMatcher? When, RecordRule Rule)
    {
        /// <summary>
        /// Does it where its condition holds. A record that it cannot deal with fails: nothing of a record may end more than its lane.
        /// </summary>
        public RuleOutcome Apply(ref RecordView record, RuleScratch scratch)
        {
            try
            {
                return When?.Matches(record, scratch) == false ? RuleOutcome.Kept : Rule.Apply(ref record, scratch);
            }
            catch (ConfigurationException)
            {
                return scratch.Fail("its pattern takes too long on this record; make it simpler");
            }
            catch (JsonEditException refused)
            {
                return scratch.Fail(refused.Message);
            }
            catch (Exception failed) when (ScriptHost.WhyFailed(failed) is { } why)
            {
                return scratch.Fail(why);
            }
        }
    }
}
