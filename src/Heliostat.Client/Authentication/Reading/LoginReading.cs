using Heliostat.Client.Authentication.Jaas;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>One reading: what is read, and where problems go.</summary>
internal sealed class LoginReading(
    LoginSettings settings, JaasModule module, JavaEnvironment java, ICollection<LoginProblem> problems, ICollection<LoginProblem> warnings)
{
    public const string JaasKey = "sasl.jaas.config";

    /// <summary>The mechanisms, and the login modules that fit each: the short names of their classes.</summary>
    private static readonly Dictionary<string, string[]> Modules = new(StringComparer.Ordinal)
    {
        // Both store user and password, so that either works with either by accident.
        ["PLAIN"] = ["PlainLoginModule", "ScramLoginModule"],
        ["SCRAM-SHA-256"] = ["ScramLoginModule", "PlainLoginModule"],
        ["SCRAM-SHA-512"] = ["ScramLoginModule", "PlainLoginModule"],
        ["GSSAPI"] = ["Krb5LoginModule"],
        ["OAUTHBEARER"] = ["OAuthBearerLoginModule"],
        ["AWS_MSK_IAM"] = ["IAMLoginModule"],
    };

    private static readonly string[] ForbiddenModules = ["com.sun.security.auth.module.JndiLoginModule",
        "com.sun.security.auth.module.LdapLoginModule"];

    public static IReadOnlyCollection<string> Mechanisms => Modules.Keys;

    public LoginSettings Settings => settings;

    public JaasModule Module => module;

    public JavaEnvironment Java => java;

    public void Problem(string key, string message) => problems.Add(new LoginProblem(key, message));

    public void Warning(string key, string message) => warnings.Add(new LoginProblem(key, message));

    /// <summary>An option of the JAAS line; null when it is missing or empty.</summary>
    public string? Option(string name) => module.Options.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public Secret SecretOption(string name) => new(module.Options.GetValueOrDefault(name, ""));

    public bool IsTrue(string name) => string.Equals(Option(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>An option that must be there.</summary>
    public string Required(string name)
    {
        if (Option(name) is { } value)
        {
            return value;
        }

        Problem(JaasKey, $"{module.ShortName} needs the option {name}");
        return "";
    }

    /// <summary>False, and a problem, when the module may not be used, or is not of the mechanism.</summary>
    public bool HasFittingModule()
    {
        var before = problems.Count;
        CheckModule();
        return problems.Count == before;
    }

    private void CheckModule()
    {
        if (ForbiddenModules.Contains(module.LoginModule, StringComparer.Ordinal)
            || java.DisallowedLoginModules.Contains(module.LoginModule, StringComparer.Ordinal))
        {
            Problem(JaasKey, $"the login module {module.LoginModule} is not allowed");
        }
        else if (java.AllowedLoginModules is { } allowed && !allowed.Contains(module.LoginModule, StringComparer.Ordinal))
        {
            Problem(JaasKey,
                $"the login module {module.LoginModule} is not among those that -Dorg.apache.kafka.allowed.login.modules allows");
        }
        else if (Modules.TryGetValue(settings.Mechanism, out var fitting) && !fitting.Contains(module.ShortName, StringComparer.Ordinal))
        {
            var origin = settings.IsMechanismSet ? "" : ", which is Kafka's default when it is not set";
            var why = $"sasl.mechanism={settings.Mechanism}{origin}";
            var mechanism = Modules.FirstOrDefault(entry => entry.Value[0] == module.ShortName).Key;
            Problem(
                settings.IsMechanismSet ? JaasKey : "sasl.mechanism",
                mechanism is null
                    ? $"the login module {module.LoginModule} is not known; {why} takes {fitting[0]}"
                    : $"{module.ShortName} does not fit {why}: is sasl.mechanism={mechanism} meant?");
        }
    }

    public void CheckClasses()
    {
        JavaClasses.CheckLogin(this);
        JavaClasses.CheckClientHandler(this);
        JavaClasses.CheckLoginHandler(this);
    }
}
