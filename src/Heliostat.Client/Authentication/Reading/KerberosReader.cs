using Heliostat.Client.Authentication.Kerberos;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>GSSAPI: <c>Krb5LoginModule</c> of Sun's and of IBM's making.</summary>
internal static class KerberosReader
{
    private const string ServiceKey = "sasl.kerberos.service.name";

    private static readonly string[] NoPasswords = ["useFirstPass", "tryFirstPass", "storePass", "clearPass"];

    public static SaslOptions Read(LoginReading reading)
    {
        foreach (var option in NoPasswords.Where(reading.IsTrue))
        {
            reading.Problem(LoginReading.JaasKey,
                $"{option} asks for a password, and none can be given here: use a keytab or a ticket cache");
        }

        var keytab = Keytab(reading);
        if (keytab is null && !reading.IsTrue("useTicketCache") && reading.Option("ticketCache") is null && !IsIbm(reading))
        {
            reading.Problem(LoginReading.JaasKey,
                "Krb5LoginModule has neither useKeyTab=true nor useTicketCache=true: there is nothing to log in with");
        }

        return new GssapiOptions
        {
            ServiceName = Service(reading),
            Principal = Principal(reading, keytab),
            KeyTab = keytab,
            TicketCache = keytab is null ? reading.Option("ticketCache") : null,
            RenewWindowFactor = reading.Settings.TicketRenewWindowFactor,
            RenewJitter = reading.Settings.TicketRenewJitter,
            MinTimeBeforeRelogin = reading.Settings.MinTimeBeforeRelogin,
        };
    }

    /// <summary>With neither keyTab nor the variable Java looks at a place of its own; this one is MIT's.</summary>
    private static string? Keytab(LoginReading reading)
    {
        if (IsIbm(reading) && reading.Option("useKeytab") is { } url)
        {
            return FileUrl.PathOf(url);
        }

        return reading.IsTrue("useKeyTab")
            ? FileUrl.PathOf(reading.Option("keyTab") ?? Environment.GetEnvironmentVariable("KRB5_CLIENT_KTNAME") ?? "/etc/krb5.keytab")
            : null;
    }

    private static bool IsIbm(LoginReading reading) => reading.Module.LoginModule.StartsWith("com.ibm.", StringComparison.Ordinal);

    private static string? Principal(LoginReading reading, string? keytab)
    {
        var principal = reading.Option("principal");
        if (principal is null && keytab is not null)
        {
            reading.Problem(LoginReading.JaasKey, "Krb5LoginModule with a keytab needs the option principal");
        }
        else if (principal?.Contains("_HOST", StringComparison.Ordinal) == true)
        {
            reading.Problem(LoginReading.JaasKey,
                "the principal has _HOST in it, which Hadoop puts the host name for and Kafka does not: write the name");
        }

        return principal;
    }

    private static string Service(LoginReading reading)
    {
        var (setting, option) = (reading.Settings.KerberosServiceName, reading.Option("serviceName"));
        if (string.IsNullOrEmpty(setting) && option is null)
        {
            reading.Problem(ServiceKey,
                "it is not set, neither here nor as serviceName in sasl.jaas.config (No serviceName defined in either JAAS or Kafka "
                    + "config): usually it is 'kafka'");
        }
        else if (!string.IsNullOrEmpty(setting) && option is not null && setting != option)
        {
            reading.Problem(ServiceKey, $"it is '{setting}', and serviceName in sasl.jaas.config is '{option}'");
        }

        return string.IsNullOrEmpty(setting) ? option ?? "" : setting;
    }
}
