using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Plugins;

namespace Heliostat.Configuration.Transforms;

/// <summary>What may be asked of a record: Connect's predicates, and Heliostat's conditions.</summary>
public abstract record RecordCondition
{
    private RecordCondition()
    {
    }

    /// <summary>Reads a condition as it is written in files (docs/transforms.md).</summary>
    /// <exception cref="FormatException">It is none; the message completes "'x' ...".</exception>
    public static RecordCondition Parse(string text) => ConditionParser.Parse(text);

    /// <summary><c>TopicNameMatches</c>: the whole name of the topic, as the steps before left it.</summary>
    public sealed record Topic(JavaPattern Pattern) : RecordCondition;

    /// <summary><c>HasHeaderKey</c>: a header of the name, be its value null; letters must be of the same case.</summary>
    public sealed record HasHeader(string Name) : RecordCondition;

    /// <summary>A header of the name whose value is as asked; of several each is looked at.</summary>
    public sealed record Header(string Name, BytesTest Value) : RecordCondition;

    /// <summary><c>RecordIsTombstone</c>: the value is null.</summary>
    public sealed record Tombstone : RecordCondition;

    /// <summary>The key; a null key is none of those that can be asked for.</summary>
    public sealed record Key(BytesTest Value) : RecordCondition;

    /// <summary>A field of the value, which is a JSON object; what is none, or lacks the field, does not meet it.</summary>
    public sealed record Field(string Name, BytesTest Value) : RecordCondition;

    /// <summary>
    /// The record's time, in milliseconds since the epoch: <paramref name="From"/> or later, and before <paramref name="Until"/>.
    /// </summary>
    public sealed record Time(long From, long Until) : RecordCondition;

    /// <summary>The number of its partition.</summary>
    public sealed record Partition(int Number) : RecordCondition;

    /// <summary>
    /// One of so many, by a hash of the key, so that the records of a key are all in or all out; without a key by source offset.
    /// </summary>
    public sealed record Sample(int Kept, int Of) : RecordCondition;

    /// <summary>What a script of the file's says: true or false.</summary>
    public sealed record Script(RecordScript Code) : RecordCondition;

    /// <summary>What a class of a .NET assembly says: to keep a record is true, to drop it false.</summary>
    public sealed record Plugin(PluginClass Class) : RecordCondition;

    /// <summary>What a predicate of the user's says, in a JVM beside the mirror.</summary>
    public sealed record Java(JavaClass Class) : RecordCondition;

    /// <summary>It does not meet <paramref name="Condition"/>.</summary>
    public sealed record Not(RecordCondition Condition) : RecordCondition;

    /// <summary>It meets each of them.</summary>
    public sealed record All(IReadOnlyList<RecordCondition> Conditions) : RecordCondition;
}
