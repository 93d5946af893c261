namespace Heliostat.Mirroring.Comparing;

/// <summary>What a comparison needs to go on.</summary>
internal enum PageWant
{
    /// <summary>Nothing: it is over.</summary>
    Nothing,

    /// <summary>The source's next page.</summary>
    Source,

    /// <summary>The target's next page.</summary>
    Target,
}
