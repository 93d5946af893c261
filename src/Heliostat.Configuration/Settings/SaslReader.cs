using System.Net;
using Heliostat.Client;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.Reading;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// The <c>sasl.*</c> settings of one client with its JAAS line, or the JAAS file of the process; what a login reads is tried once.
/// </summary>
internal sealed class SaslReader(SettingValues values, JavaEnvironment java, SecurityFindings findings)
{
    private const string MechanismKey = "sasl.mechanism";

    /// <summary>The options; null when they cannot be had, which was reported.</summary>
    public SaslOptions? Read(SecurityProtocol protocol)
    {
        var settings = values.Fill(SecuritySettings.Login.Defaults);
        if (Module(settings) is not { } module)
        {
            return null;
        }

        List<LoginProblem> problems = [], warnings = [];
        var options = LoginReader.Read(settings, module, java, problems, warnings);
        if (options is not null)
        {
            LoginCheck.TryFiles(options, TimeProvider.System, problems);
            CheckKerberos(options);
        }

        problems.ForEach(problem => findings.Error(problem.Key, problem.Message));
        warnings.ForEach(warning => findings.Warning(warning.Key, warning.Message));
        if (protocol == SecurityProtocol.SaslPlaintext && settings.Mechanism is "PLAIN" or "OAUTHBEARER"
            && !values.Get(ClusterSettings.BootstrapServers).All(IsLoopback))
        {
            findings.Warning(MechanismKey,
                $"{settings.Mechanism} over SASL_PLAINTEXT: whoever can listen on the network reads the "
                    + $"{(settings.Mechanism == "PLAIN" ? "password" : "token")}");
        }

        return options;
    }

    private JaasModule? Module(LoginSettings settings)
    {
        var line = values.Entry(SecuritySettings.Jaas);
        try
        {
            if (!string.IsNullOrWhiteSpace(line?.Value))
            {
                return JaasConfig.Parse(line.Value);
            }

            if (java.LoginConfigFile is { } file)
            {
                var module = JaasFile.ReadClient(file, java.Properties);
                if (module.HoldsSecret)
                {
                    SecretFiles.Warn(file, SecuritySettings.Jaas.Key, findings);
                }

                return module;
            }
        }
        catch (SaslException e)
        {
            findings.Error(SecuritySettings.Jaas.Key, e.Message);
            return null;
        }

        var mechanism = settings.IsMechanismSet
            ? $"sasl.mechanism={settings.Mechanism}"
            : "sasl.mechanism, which is GSSAPI (Kerberos) as nothing else is set,";
        findings.Error(SecuritySettings.Jaas.Key,
            $"is missing: {mechanism} needs a login module; or name a JAAS file with -Djava.security.auth.login.config in KAFKA_OPTS");
        return null;
    }

    private void CheckKerberos(SaslOptions options)
    {
        if (options is not GssapiOptions kerberos)
        {
            return;
        }

        SecretFiles.Warn(kerberos.KeyTab, SecuritySettings.Jaas.Key, findings);
        if (java.Krb5Config is { } file && !File.Exists(file))
        {
            findings.Error(MechanismKey, $"{file} is not there, which -Djava.security.krb5.conf names");
        }

        foreach (var refused in java.Options.Where(option => option.Use == JavaOptionUse.Refused))
        {
            findings.Error(MechanismKey, $"{refused.Variable}: {refused.Name}: {refused.Note}");
        }
    }

    private static bool IsLoopback(DnsEndPoint server) =>
        server.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(server.Host, out var address) && IPAddress.IsLoopback(address));
}
