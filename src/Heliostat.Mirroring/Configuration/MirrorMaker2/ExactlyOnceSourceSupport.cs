namespace Heliostat.Mirroring.Configuration.MirrorMaker2;

/// <summary>Connect's <c>exactly.once.source.support</c> of a worker (KIP-618).</summary>
public enum ExactlyOnceSourceSupport
{
    Disabled,
    Preparing,
    Enabled,
}
