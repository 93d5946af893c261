namespace Heliostat.Configuration.Options;

/// <summary>On which cluster of a flow the offset-syncs topic lives (KIP-716).</summary>
public enum OffsetSyncsLocation
{
    Source,
    Target,
}
