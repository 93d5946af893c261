using Heliostat.Configuration;
using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// What is done to the records of one lane, decided once when it is planned. Pure: the same record gives the same again, so that what
/// stands on the target can be compared with what the source holds. Immutable; a scratch goes with each use.
/// </summary>
internal sealed class RecordRules
{
    private readonly Step[] _steps;

    /// <summary>Where a JVM is asked, in order: the step, and whether it is asked for its condition.</summary>
    private readonly (int Step, bool IsWhen, JavaAsked Asked)[] _asked;

    private RecordRules(Step[] steps)
    {
        _steps = steps;
        _asked = [.. steps.Index().SelectMany(step => ((int, bool, JavaAsked?)[])
                [(step.Index, true, step.Item.When?.Asked), (step.Index, false, step.Item.Rule.Asked)])
            .Where(place => place.Item3 is not null).Select(place => (place.Item1, place.Item2, place.Item3!))];
        Plugins = [.. steps.SelectMany(step => (PluginClass?[])[step.When?.Plugin, step.Rule.Plugin]).OfType<PluginClass>()];
    }

    /// <summary>What they are, for people.</summary>
    public IReadOnlyList<string> Names => [.. _steps.Select(step => step.Name + Said(step.Rule.Note) + Said(step.When?.Plugin, "where "))];

    /// <summary>The plug-ins that they call, which may not come back.</summary>
    public IReadOnlyList<PluginClass> Plugins { get; }

    /// <summary>The rules of a lane; null where nothing is done to its records.</summary>
    /// <param name="chain">What the flow asks for.</param>
    /// <param name="topic">The lane's topic, as the replication policy names it.</param>
    /// <param name="partition">The lane's partition.</param>
    /// <param name="provenance">What tells where records were first written; null where nobody asks.</param>
    /// <param name="ids">What ids schemas have on the target; null where the registries are not asked.</param>
    /// <param name="java">Who is asked about classes of the user's; null where rules are only looked at.</param>
    public static RecordRules? Of(TransformChain chain, string topic, int partition, ProvenanceRule? provenance = null,
        SchemaIdTable? ids = null, JavaLane? java = null)
    {
        var places = 0;
        Step[] origin = provenance is null ? [] : [new Step("heliostat.provenance", null, provenance)];
        Step[] steps = [.. origin, .. chain.Of(topic).Select(step => new Step(
            step.Step.Name,
            step.Step.When is { } when
                ? RecordMatcher.Of(when, step.Topic, partition, Asked(TransformChain.JavaOf(when), step.Topic))
                : null,
            RuleMaking.Of(step.Step.Action, step.Topic, partition, ids,
                Asked((step.Step.Action as TransformAction.Java)?.Class, step.Topic))))];
        return steps.Length > 0 ? new RecordRules(steps) : null;

        JavaAsked? Asked(JavaClass? one, string at) => one is null || java is null ? null
            : new JavaAsked(new JavaQuestion(java.Host, one, at, java.Topic, partition), places++);
    }

    /// <summary>
    /// Asks a JVM, where one is to be asked, what becomes of the records of a batch, all at once, and once:
    /// <see cref="Apply"/> finds it then. What fails here, fails there again, at the first record that lacks an answer.
    /// </summary>
    /// <param name="batch">The batch, whole.</param>
    /// <param name="from">The first offset that is asked about.</param>
    /// <param name="next">The one behind the last.</param>
    /// <param name="buffer">Takes what is decompressed.</param>
    /// <param name="scratch">Takes the answers.</param>
    public void AskAll(ReadOnlySpan<byte> batch, long from, long next, DecompressionBuffer buffer, RuleScratch scratch)
    {
        if (_asked.Length == 0 || scratch.Asked == (this, RecordBatch.LastOffset(batch)))
        {
            return;
        }

        try
        {
            foreach (var (step, isWhen, asked) in _asked)
            {
                asked.Begin(scratch);
                if (asked.IsCareful)
                {
                    return;
                }

                var reader = new RecordReader(batch, buffer);
                while (reader.MoveNext())
                {
                    var record = RecordView.Of(reader);
                    if (record.Offset >= from && record.Offset < next && Reaches(ref record, step, isWhen, scratch))
                    {
                        asked.Gather(record, scratch);
                    }
                }

                asked.End(scratch);
            }

            scratch.Asked = (this, RecordBatch.LastOffset(batch));
        }
        catch (JavaException)
        {
            // It is told where it is met again.
        }
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
                scratch.Of(step.Name);
                return made;
            }

            if (made is RuleOutcome.Dropped or RuleOutcome.Several)
            {
                return made;
            }

            outcome = made == RuleOutcome.Changed ? made : outcome;
        }

        return outcome;
    }

    private static string Said(object? what, string how = "") => what is null ? "" : $" ({how}{what})";

    /// <summary>Whether a record comes as far as a step, or its condition.</summary>
    private bool Reaches(ref RecordView record, int step, bool isWhen, RuleScratch scratch)
    {
        foreach (var before in _steps.AsSpan(0, step))
        {
            if (before.Apply(ref record, scratch) is not (RuleOutcome.Kept or RuleOutcome.Changed))
            {
                return false;
            }
        }

        return isWhen || _steps[step].IsFor(record, scratch);
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
            catch (JavaException failure)
            {
                return scratch.Await(TroubleKind.Java, failure.Message);
            }
        }

        /// <summary>Whether its condition holds, as far as that can be told.</summary>
        public bool IsFor(in RecordView record, RuleScratch scratch)
        {
            try
            {
                return When?.Matches(record, scratch) != false;
            }
            catch (Exception failed) when (failed is ConfigurationException or JsonEditException or JavaException
                || ScriptHost.WhyFailed(failed) is not null)
            {
                return false;
            }
        }
    }
}
