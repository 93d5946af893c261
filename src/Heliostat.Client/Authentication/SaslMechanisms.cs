using Heliostat.Client.Authentication.Plain;

namespace Heliostat.Client.Authentication;

/// <summary>Makes the mechanism that options ask for.</summary>
public static class SaslMechanisms
{
    /// <summary>Throws <see cref="SaslException"/> when the options cannot be used; opens no connection.</summary>
    public static ISaslMechanism Create(SaslOptions options) => options switch
    {
        PlainOptions plain => new PlainMechanism(plain),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Mechanism, "unknown mechanism"),
    };
}
