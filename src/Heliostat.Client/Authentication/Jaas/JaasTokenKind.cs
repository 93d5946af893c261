namespace Heliostat.Client.Authentication.Jaas;

/// <summary>What Java's <c>StreamTokenizer</c> tells apart.</summary>
internal enum JaasTokenKind
{
    End,

    /// <summary>A bare word.</summary>
    Word,

    /// <summary>A string in quotes of either kind.</summary>
    Quoted,

    /// <summary>A bare word that begins as a number does: Java sees a number and no text.</summary>
    Number,

    /// <summary>Any other character.</summary>
    Symbol,
}
