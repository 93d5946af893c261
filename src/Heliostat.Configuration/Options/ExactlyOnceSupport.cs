namespace Heliostat.Configuration.Options;

/// <summary>Connect's <c>exactly.once.support</c> of a connector (KIP-618).</summary>
public enum ExactlyOnceSupport
{
    Requested,
    Required,
}
