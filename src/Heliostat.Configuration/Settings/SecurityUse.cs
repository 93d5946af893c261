namespace Heliostat.Configuration.Settings;

/// <summary>Which settings of transport security are looked at: what <c>security.protocol</c> does not ask for has no effect.</summary>
internal static class SecurityUse
{
    /// <summary>
    /// Why <paramref name="key"/> has no effect under <paramref name="protocol"/> (null: the default), or null when it has one.
    /// </summary>
    public static string? NoEffect(string key, string? protocol)
    {
        var asked = protocol is null ? "PLAINTEXT" : protocol.Trim().ToUpperInvariant();
        return (key.StartsWith("ssl.", StringComparison.Ordinal) && asked is ("PLAINTEXT" or "SASL_PLAINTEXT"))
            || (key.StartsWith("sasl.", StringComparison.Ordinal) && asked is ("PLAINTEXT" or "SSL"))
            ? $"security.protocol is {asked}"
            : null;
    }
}
