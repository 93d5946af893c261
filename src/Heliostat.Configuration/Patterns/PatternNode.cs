namespace Heliostat.Configuration.Patterns;

/// <summary>A Java pattern as a tree; flags are already worked into the sets and anchors.</summary>
internal abstract record PatternNode
{
    /// <summary>The longest text it can match in UTF-16 units, or null when there is no bound.</summary>
    public abstract long? MaxLength { get; }
}

/// <summary>Exactly one member of a set.</summary>
internal sealed record SetNode(CodePointSet Set) : PatternNode
{
    public override long? MaxLength => 2;
}

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Items) : PatternNode
{
    public override long? MaxLength => Items.Aggregate((long?)0, (sum, item) => sum + item.MaxLength);
}

internal sealed record AlternationNode(IReadOnlyList<PatternNode> Branches) : PatternNode
{
    public override long? MaxLength =>
        Branches.Aggregate((long?)0, (max, branch) => max is { } m && branch.MaxLength is { } b ? Math.Max(m, b) : null);
}

/// <summary>A capturing group, numbered from 1 as Java counts them.</summary>
internal sealed record CaptureNode(int Number, PatternNode Body) : PatternNode
{
    public override long? MaxLength => Body.MaxLength;
}

/// <summary><c>(?&gt;body)</c>.</summary>
internal sealed record AtomicNode(PatternNode Body) : PatternNode
{
    public override long? MaxLength => Body.MaxLength;
}

/// <summary>Look-ahead or look-behind.</summary>
internal sealed record LookNode(PatternNode Body, bool Ahead, bool Negative) : PatternNode
{
    public override long? MaxLength => 0;
}

/// <summary>A quantifier; <paramref name="Max"/> is null when there is no upper bound.</summary>
internal sealed record RepeatNode(PatternNode Body, int Min, int? Max, RepeatKind Kind) : PatternNode
{
    public override long? MaxLength => Body.MaxLength * Max;
}

internal enum RepeatKind
{
    Greedy,
    Reluctant,
    Possessive,
}

internal sealed record AnchorNode(Anchor Anchor) : PatternNode
{
    public override long? MaxLength => 0;
}

internal enum Anchor
{
    /// <summary><c>^</c>, <c>\A</c>, and <c>\G</c> where only the whole input is matched.</summary>
    InputStart,

    /// <summary><c>\z</c>.</summary>
    InputEnd,

    /// <summary><c>$</c> and <c>\Z</c>: at the end, or before a line terminator that ends the input.</summary>
    LastLineEnd,

    /// <summary>The same under <c>(?d)</c>: only <c>\n</c> is a line terminator.</summary>
    LastUnixLineEnd,

    /// <summary><c>^</c> under <c>(?m)</c>.</summary>
    LineStart,

    /// <summary><c>^</c> under <c>(?md)</c>.</summary>
    UnixLineStart,

    /// <summary><c>$</c> under <c>(?m)</c>.</summary>
    LineEnd,

    /// <summary><c>$</c> under <c>(?md)</c>.</summary>
    UnixLineEnd,

    /// <summary><c>\b</c>.</summary>
    WordBoundary,

    /// <summary><c>\B</c>.</summary>
    NotWordBoundary,
}

/// <summary><c>\1</c> or <c>\k&lt;name&gt;</c>; a number without a group never matches.</summary>
internal sealed record BackReferenceNode(int Number) : PatternNode
{
    public override long? MaxLength => null;
}
