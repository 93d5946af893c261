namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>An offset on the other side.</summary>
public readonly record struct TranslatedOffset(long Offset, TranslationPrecision Precision);
