namespace Heliostat.Mirroring.Configuration.MirrorMaker2;

/// <summary>Connect's <c>exactly.once.support</c> of a connector (KIP-618).</summary>
public enum ExactlyOnceSupport
{
    Requested,
    Required,
}
