namespace Heliostat.Configuration.Options;

/// <summary>A flow by the aliases of its clusters, MirrorMaker 2's <c>SourceAndTarget</c>.</summary>
/// <param name="Source">The alias of the cluster that is read.</param>
/// <param name="Target">The alias of the cluster that is written.</param>
public readonly record struct FlowName(string Source, string Target)
{
    /// <summary>A flow by its name, <c>A->B</c>; aliases hold no arrow.</summary>
    /// <exception cref="FormatException">It has no arrow.</exception>
    public static FlowName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split("->", 2) is [var source, var target]
            ? new FlowName(source, target)
            : throw new FormatException($"'{text}' is no flow, such as A->B");
    }

    /// <summary>What the keys of this flow begin with, the dot included.</summary>
    public string Prefix => $"{Source}->{Target}.";

    /// <summary>The flow as files and logs name it: <c>A->B</c>.</summary>
    public override string ToString() => $"{Source}->{Target}";
}
