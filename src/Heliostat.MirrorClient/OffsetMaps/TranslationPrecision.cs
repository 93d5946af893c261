namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>How well a translated offset is known. No translation is ever later than the exact one.</summary>
public enum TranslationPrecision
{
    /// <summary>The mirrored record at the offset, or the first one after it, is there.</summary>
    Exact,

    /// <summary>
    /// Nothing at or after the offset is mirrored yet: the place is the one after the last mirrored record. It stays right if the mirror
    /// has read up to the offset; otherwise there is more to come.
    /// </summary>
    AfterLast,

    /// <summary>What was mirrored around the offset is not recorded: the exact place is this one or a later one.</summary>
    AtOrBefore,
}
