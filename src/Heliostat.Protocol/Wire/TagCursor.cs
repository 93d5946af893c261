namespace Heliostat.Protocol.Wire;

/// <summary>Where in a struct's tagged fields the reader stands.</summary>
internal struct TagCursor
{
    public static readonly TagCursor NotBegun = new() { Left = -1, Number = -1 };

    /// <summary>Tags whose head is not read yet; -1 before the count is read.</summary>
    public int Left;

    /// <summary>The tag at hand; -1 when there is none.</summary>
    public int Number;

    /// <summary>Where the tag at hand ends.</summary>
    public int End;

    /// <summary>The tag at hand was given to the layout.</summary>
    public bool Walked;
}
