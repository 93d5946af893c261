using Heliostat.Client.Authentication.Jaas;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Output;

namespace Heliostat;

/// <summary>The krb5.conf that is named for a JVM is the system library's too, as long as <c>KRB5_CONFIG</c> names no other.</summary>
internal static class KerberosConfig
{
    /// <summary>To be called before there are other threads: it changes the environment of the process.</summary>
    public static void Apply()
    {
        if (JavaEnvironment.Read(Environment.GetEnvironmentVariable).Krb5Config is { } file
            && KerberosEnvironment.UseConfig([file]) is { } other)
        {
            Terminal.Error.WriteLine($"heliostat: KRB5_CONFIG={other} is used, and not {file}, which -Djava.security.krb5.conf names");
        }
    }
}
