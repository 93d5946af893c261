using Heliostat.Client.Authentication.Jaas;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>
/// Turns settings and a JAAS module into the options of a mechanism: which module fits which mechanism, which Java classes are known by
/// name.
/// </summary>
public static class LoginReader
{
    private const string MechanismKey = "sasl.mechanism";

    /// <summary>
    /// The options; null, and why in <paramref name="problems"/>, when they cannot be had. <paramref name="warnings"/> gets what works but
    /// not as written. Opens no connection; files are looked at when the mechanism is made.
    /// </summary>
    public static SaslOptions? Read(LoginSettings settings, JaasModule module, JavaEnvironment java, ICollection<LoginProblem> problems,
        ICollection<LoginProblem> warnings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(java);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(warnings);
        var reading = new LoginReading(settings, module, java, problems, warnings);
        var before = problems.Count;
        reading.CheckClasses();
        if (!reading.HasFittingModule())
        {
            // What another mechanism wants of it is beside the point.
            return null;
        }

        var options = Options(reading);
        return problems.Count == before ? options : null;
    }

    private static SaslOptions? Options(LoginReading reading)
    {
        switch (reading.Settings.Mechanism)
        {
            case "PLAIN":
                return PasswordReader.Plain(reading);
            case "SCRAM-SHA-256" or "SCRAM-SHA-512":
                return PasswordReader.Scram(reading);
            case "GSSAPI":
                return KerberosReader.Read(reading);
            case "OAUTHBEARER":
                return OAuthBearerReader.Read(reading);
            case "AWS_MSK_IAM":
                return AwsReader.Mechanism(reading);
            default:
                var asked = Letters(reading.Settings.Mechanism);
                var known = LoginReading.Mechanisms.FirstOrDefault(name => Letters(name).Equals(asked, StringComparison.OrdinalIgnoreCase));
                reading.Problem(
                    MechanismKey,
                    known is null
                        ? $"'{reading.Settings.Mechanism}' is none of the mechanisms that are spoken: "
                            + $"{string.Join(", ", LoginReading.Mechanisms)}"
                        : $"'{reading.Settings.Mechanism}' is not spelt as the brokers spell it: {known}");
                return null;
        }
    }

    private static string Letters(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit));
}
