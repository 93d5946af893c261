using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>PLAIN and SCRAM: a user and a password.</summary>
internal static class PasswordReader
{
    public static SaslOptions Plain(LoginReading reading) =>
        new PlainOptions { Username = reading.Required("username"), Password = Password(reading) };

    public static SaslOptions Scram(LoginReading reading) => new ScramOptions
    {
        Hash = reading.Settings.Mechanism == "SCRAM-SHA-256" ? ScramHash.Sha256 : ScramHash.Sha512,
        Username = reading.Required("username"),
        Password = Password(reading),
        TokenAuth = reading.IsTrue("tokenauth"),
    };

    private static Transport.Security.Secret Password(LoginReading reading)
    {
        reading.Required("password");
        return reading.SecretOption("password");
    }
}
