using System.IO.Hashing;
using System.Text;
using Heliostat.Configuration.Plugins;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Java;

namespace Heliostat.Mirroring.Rules;

/// <summary>Whether a record meets a condition. Immutable.</summary>
internal abstract class RecordMatcher
{
    /// <param name="record">The record.</param>
    /// <param name="scratch">Room for what it takes to tell.</param>
    public abstract bool Matches(in RecordView record, RuleScratch scratch);

    /// <summary>What a JVM is asked for it; null where none is.</summary>
    public virtual JavaAsked? Asked => null;

    /// <summary>The plug-in that it calls; null where it calls none.</summary>
    public virtual PluginClass? Plugin => null;

    /// <param name="condition">The condition.</param>
    /// <param name="topic">The topic's name where it is asked.</param>
    /// <param name="partition">The lane's partition.</param>
    /// <param name="java">What asks a JVM; null where nobody can.</param>
    public static RecordMatcher Of(RecordCondition condition, string topic, int partition, JavaAsked? java = null) => condition switch
    {
        RecordCondition.Topic { Pattern: var pattern } => new Always(pattern.IsMatch(topic)),
        RecordCondition.Partition { Number: var number } => new Always(number == partition),
        RecordCondition.HasHeader { Name: var name } => new HasHeader(Encoding.UTF8.GetBytes(name)),
        RecordCondition.Header { Name: var name, Value: var value } => new Header(Encoding.UTF8.GetBytes(name), new BytesMatcher(value)),
        RecordCondition.Tombstone => new Tombstone(),
        RecordCondition.Key { Value: var value } => new Key(new BytesMatcher(value)),
        RecordCondition.Field { Name: var name, Value: var value } => new Field(Encoding.UTF8.GetBytes(name), new BytesMatcher(value)),
        RecordCondition.Time { From: var from, Until: var until } => new Time(from, until),
        RecordCondition.Sample { Kept: var kept, Of: var of } => new Sample((uint)kept, (uint)of),
        RecordCondition.Script { Code: var code } => new Script(code, topic, partition),
        RecordCondition.Plugin { Class: var plugin } => new Plugged(plugin, topic, partition),
        RecordCondition.Java => new Java(java),
        RecordCondition.Not { Condition: var other } => new Not(Of(other, topic, partition, java)),
        RecordCondition.All { Conditions: var all } => new All([.. all.Select(one => Of(one, topic, partition))]),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    private sealed class Always(bool matches) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) => matches;
    }

    private sealed class HasHeader(byte[] name) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) => HeaderRules.Has(record.Headers, name);
    }

    private sealed class Header(byte[] name, BytesMatcher value) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch)
        {
            foreach (var header in record.Headers)
            {
                if (header.Key.SequenceEqual(name) && value.Matches(header.Value))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class Tombstone : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) => record.Value.IsNull;
    }

    private sealed class Key(BytesMatcher value) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) => value.Matches(record.Key);
    }

    private sealed class Field(byte[] name, BytesMatcher value) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) =>
            JsonObject.TryField(record.Value, name, out var field) && value.Matches(field.Text());
    }

    private sealed class Time(long from, long until) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) => record.Timestamp >= from && record.Timestamp < until;
    }

    /// <summary>Not by Kafka's own hash, of which each partition has a share of its own.</summary>
    private sealed class Sample(uint kept, uint of) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) =>
            (record.Key.IsNull ? (ulong)record.Offset % of : XxHash3.HashToUInt64(record.Key.Span) % of) < kept;
    }

    private sealed class Script(RecordScript script, string topic, int partition) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch) =>
            scratch.Script(script).Says(record, topic, partition)
                ?? throw new JsonEditException("the script came to what is neither true nor false");
    }

    private sealed class Plugged(PluginClass plugin, string topic, int partition) : RecordMatcher
    {
        public override PluginClass Plugin => plugin;

        public override bool Matches(in RecordView record, RuleScratch scratch)
        {
            scratch.Calls = plugin;
            var says = scratch.Plugin(plugin).Says(record, topic, partition, out var why);
            scratch.Calls = null;
            return says ?? throw new JsonEditException(why);
        }
    }

    private sealed class Java(JavaAsked? asked) : RecordMatcher
    {
        public override JavaAsked? Asked => asked;

        public override bool Matches(in RecordView record, RuleScratch scratch) =>
            (asked ?? throw JavaAsked.Nobody()).Find(record, scratch, out _) switch
            {
                JavaOutcome.Kept => true,
                JavaOutcome.Dropped => false,
                _ => throw new JavaException("a predicate answered what is neither true nor false"),
            };
    }

    private sealed class Not(RecordMatcher other) : RecordMatcher
    {
        public override JavaAsked? Asked => other.Asked;

        public override PluginClass? Plugin => other.Plugin;

        public override bool Matches(in RecordView record, RuleScratch scratch) => !other.Matches(record, scratch);
    }

    private sealed class All(RecordMatcher[] all) : RecordMatcher
    {
        public override bool Matches(in RecordView record, RuleScratch scratch)
        {
            foreach (var one in all)
            {
                if (!one.Matches(record, scratch))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
