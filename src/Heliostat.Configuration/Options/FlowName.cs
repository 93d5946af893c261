namespace Heliostat.Configuration.Options;

/// <summary>A flow by the aliases of its clusters, MirrorMaker 2's <c>SourceAndTarget</c>.</summary>
/// <param name="Source">The alias of the cluster that is read.</param>
/// <param name="Target">The alias of the cluster that is written.</param>
public readonly record struct FlowName(string Source, string Target)
{
    /// <summary>
    /// Which of several flows from the one to the other, each with topics of its own, as source connectors of Kafka Connect may be: by a
    /// word that is part of a topic's name, too. Null for the only one, or the first.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>A flow by its name, <c>A->B</c> or <c>A->B:PART</c>; aliases hold neither arrow nor colon.</summary>
    /// <exception cref="FormatException">It has no arrow.</exception>
    public static FlowName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split("->", 2) is [var source, var target]
            ? target.Split(':', 2) is [var alias, var part] ? new FlowName(source, alias) { Part = part } : new FlowName(source, target)
            : throw new FormatException($"'{text}' is no flow, such as A->B");
    }

    /// <summary>The flow that has no part, between the same clusters.</summary>
    public FlowName Pair => this with { Part = null };

    /// <summary>What the keys of this flow begin with, the dot included.</summary>
    public string Prefix => $"{Source}->{Target}.";

    /// <summary>The flow as files and logs name it: <c>A->B</c>, with its part behind a colon.</summary>
    public override string ToString() => Part is null ? $"{Source}->{Target}" : $"{Source}->{Target}:{Part}";
}
