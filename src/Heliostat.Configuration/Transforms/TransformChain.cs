namespace Heliostat.Configuration.Transforms;

/// <summary>
/// The steps that a flow takes its topics and records through, in their order. A record comes to the first step under the name that the
/// replication policy gives its topic; steps that depend on that name alone are decided once for each topic.
/// </summary>
/// <param name="steps">The steps.</param>
/// <param name="written">What the file says of them, without secrets.</param>
public sealed class TransformChain(IReadOnlyList<Transform> steps, string written)
{
    /// <summary>Nothing is done.</summary>
    public static TransformChain None { get; } = new([], "");

    /// <summary>All steps.</summary>
    public IReadOnlyList<Transform> Steps => steps;

    /// <summary>Steps may give topics other names.</summary>
    public bool Renames { get; } = steps.Any(step => step.Action is TransformAction.Rename);

    /// <summary>Classes of the user's that steps or their conditions are, which run in a JVM.</summary>
    public IReadOnlyList<JavaClass> JavaClasses =>
    [
        .. steps.SelectMany(step => (JavaClass?[])[JavaOf(step.When), (step.Action as TransformAction.Java)?.Class])
            .OfType<JavaClass>().Distinct(),
    ];

    /// <summary>The chain of one topic, by its name on the source: without steps that are about the ids of other topics' schemas.</summary>
    public TransformChain On(string source) =>
        steps.Any(step => IsElsewhere(step, source))
            ? new TransformChain([.. steps.Where(step => !IsElsewhere(step, source))], written)
            : this;

    /// <summary>The name that a topic has behind the last step.</summary>
    /// <param name="topic">Its name as the replication policy gives it.</param>
    public string NameOf(string topic)
    {
        foreach (var step in steps)
        {
            topic = step.Action is TransformAction.Rename route && Decided(step.When, topic) != false ? route.Names.Of(topic) : topic;
        }

        return topic;
    }

    /// <summary>
    /// The steps that records of a topic go through one by one, each with the name that the topic has there; none where its records pass as
    /// they are.
    /// </summary>
    /// <param name="topic">Its name as the replication policy gives it.</param>
    public IReadOnlyList<(string Topic, Transform Step)> Of(string topic)
    {
        List<(string, Transform)> kept = [];
        foreach (var step in steps)
        {
            if (Decided(step.When, topic) is not { } decided)
            {
                kept.Add((topic, step));
            }
            else if (decided && step.Action is TransformAction.Rename route)
            {
                topic = route.Names.Of(topic);
            }
            else if (decided)
            {
                kept.Add((topic, step with { When = null }));
            }
        }

        return kept;
    }

    /// <summary>Whether records of a topic meet a condition, as far as the name of the topic decides it; null where it does not.</summary>
    public static bool? Decided(RecordCondition? condition, string topic) => condition switch
    {
        null => true,
        RecordCondition.Topic { Pattern: var pattern } => pattern.IsMatch(topic),
        RecordCondition.Not { Condition: var other } => !Decided(other, topic),
        RecordCondition.All { Conditions: var all } when all.Any(one => Decided(one, topic) == false) => false,
        RecordCondition.All { Conditions: var all } when all.All(one => Decided(one, topic) == true) => true,
        _ => null,
    };

    /// <summary>The class of the user's that decides a condition; null where none does.</summary>
    public static JavaClass? JavaOf(RecordCondition? condition) => condition switch
    {
        RecordCondition.Java { Class: var one } => one,
        RecordCondition.Not { Condition: var other } => JavaOf(other),
        _ => null,
    };

    private static bool IsElsewhere(Transform step, string source) =>
        step.Action is TransformAction.RegistryIds { Topics: { } topics } && !topics.IsMatch(source);

    /// <summary>What the file says of it.</summary>
    public override string ToString() => written;
}
