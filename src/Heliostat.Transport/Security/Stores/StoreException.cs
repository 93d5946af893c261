using Heliostat.Protocol;

namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// A key or trust store that cannot be used. The message names the file and what to do; it never holds a password or key material.
/// </summary>
public sealed class StoreException(string key, string message, Exception? inner = null) : KafkaException(message, inner)
{
    /// <summary>The setting to look at: <c>ssl.truststore.password</c>.</summary>
    public string Key { get; } = key;
}
