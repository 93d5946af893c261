namespace Heliostat.Client.Authentication.Jaas;

/// <summary>One login module with its options, as a JAAS line or file has it.</summary>
public sealed class JaasModule
{
    /// <summary>Options whose values may be shown; all others may be secrets.</summary>
    private static readonly HashSet<string> Showable = new(StringComparer.Ordinal)
    {
        "username", "principal", "keyTab", "useKeyTab", "useTicketCache", "ticketCache", "storeKey", "serviceName", "clientId", "scope",
        "tokenauth", "awsProfileName", "awsRoleArn",
    };

    /// <summary>Options whose values are secrets, of all modules that are known.</summary>
    private static readonly HashSet<string> Secrets = new(StringComparer.Ordinal)
    {
        "password", "clientSecret", "ssl.truststore.password", "ssl.keystore.password", "ssl.key.password", "ssl.keystore.key",
        "awsRoleSecretAccessKey", "awsRoleSessionToken",
    };

    internal JaasModule(string loginModule, string controlFlag, IReadOnlyDictionary<string, string> options)
    {
        LoginModule = loginModule;
        ControlFlag = controlFlag;
        Options = options;
    }

    /// <summary>The Java class: <c>org.apache.kafka.common.security.plain.PlainLoginModule</c>.</summary>
    public string LoginModule { get; }

    /// <summary><c>required</c> and its like, in small letters; of one module all mean the same.</summary>
    public string ControlFlag { get; }

    /// <summary>The options by name; their values may be secrets.</summary>
    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>The class without its package.</summary>
    public string ShortName => LoginModule[(LoginModule.LastIndexOf('.') + 1)..];

    /// <summary>Whether a password or its like is written in it.</summary>
    public bool HoldsSecret => Options.Any(option => option.Value.Length > 0 && Secrets.Contains(option.Key));

    /// <summary>
    /// The line with what may be shown of it: module, flag, names of options, and the values of those that are no secrets.
    /// </summary>
    public override string ToString() => string.Join(
        " ",
        [ShortName, ControlFlag, .. Options.OrderBy(option => option.Key, StringComparer.Ordinal)
            .Select(option => $"{option.Key}={(Showable.Contains(option.Key) ? $"\"{option.Value}\"" : "[hidden]")}")])
        + ";";
}
