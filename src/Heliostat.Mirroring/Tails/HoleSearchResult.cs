namespace Heliostat.Mirroring.Tails;

/// <summary>How far a <see cref="HoleSearch"/> is.</summary>
internal enum HoleSearchResult
{
    /// <summary>It stands before the record.</summary>
    Found,

    /// <summary>The record is not there; it stands where it began.</summary>
    NotFound,

    /// <summary>It goes on with the source's next page.</summary>
    NeedsPage,
}
