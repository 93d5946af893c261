namespace Heliostat.Configuration.Options;

/// <summary>Connect's <c>exactly.once.source.support</c> of a worker (KIP-618).</summary>
public enum ExactlyOnceSourceSupport
{
    Disabled,
    Preparing,
    Enabled,
}
