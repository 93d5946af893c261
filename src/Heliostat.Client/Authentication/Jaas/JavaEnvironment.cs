using System.Collections.Frozen;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.Jaas;

/// <summary>
/// What people pass to <c>kafka-mirror-maker.sh</c> and <c>connect-mirror-maker.sh</c> for their JVM, as far as it is about security.
/// <c>kafka-run-class.sh</c> splits the variables at white space, and so does this.
/// </summary>
public sealed record JavaEnvironment
{
    internal const string LoginConfig = "java.security.auth.login.config";

    /// <summary>In the order in which <c>kafka-run-class.sh</c> appends them: of two settings of a property the later counts.</summary>
    private static readonly string[] Variables =
        ["KAFKA_HEAP_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_GC_LOG_OPTS", "KAFKA_JMX_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS"];

    private JavaEnvironment()
    {
    }

    /// <summary>Nothing was passed.</summary>
    public static JavaEnvironment None { get; } = new();

    /// <summary>The JAAS file, for clients without <c>sasl.jaas.config</c>.</summary>
    public string? LoginConfigFile { get; private init; }

    /// <summary>The krb5.conf, for <c>KRB5_CONFIG</c>.</summary>
    public string? Krb5Config { get; private init; }

    /// <summary><c>javax.net.ssl.trustStore</c>: trusted where no <c>ssl.truststore.*</c> is set, and by token endpoints.</summary>
    public string? TrustStore { get; private init; }

    public Secret TrustStorePassword { get; private init; }

    public string? TrustStoreType { get; private init; }

    /// <summary>The token endpoints that may be asked; null: any.</summary>
    public IReadOnlyList<string>? AllowedUrls { get; private init; }

    /// <summary>The token and key files that may be read; null: any.</summary>
    public IReadOnlyList<string>? AllowedFiles { get; private init; }

    /// <summary>The login modules that may be used; null: any.</summary>
    public IReadOnlyList<string>? AllowedLoginModules { get; private init; }

    public IReadOnlyList<string> DisallowedLoginModules { get; private init; } = [];

    /// <summary>Every option found, in order, and what becomes of it.</summary>
    public IReadOnlyList<JavaOption> Options { get; private init; } = [];

    /// <summary>All system properties, for <c>${name}</c> in a JAAS file.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; private init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Reads the environment through <paramref name="variable"/>, which gives null for what is not set.</summary>
    public static JavaEnvironment Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        List<JavaOption> options = [];
        foreach (var name in Variables)
        {
            foreach (var word in (variable(name) ?? "").Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
            {
                options.Add(JavaOptionTable.Judge(name, word));
                if (word.StartsWith("-D", StringComparison.Ordinal))
                {
                    var (property, value) = Split(word[2..]);
                    properties[property] = value;
                }
            }
        }

        if (variable("JMX_PORT") is { Length: > 0 })
        {
            options.Add(new JavaOption("JMX_PORT", "JMX_PORT", JavaOptionUse.WithoutEffect, "there is no JMX here"));
        }

        return From(properties, options);
    }

    /// <summary>Names, counts and paths only; a property's value may be a password.</summary>
    public override string ToString() => string.Join(", ", Options.Select(option => option.Name));

    private static JavaEnvironment From(Dictionary<string, string> properties, List<JavaOption> options) => new()
    {
        // "==file" means "only this file".
        LoginConfigFile = properties.GetValueOrDefault(LoginConfig) is { } file ? FileUrl.PathOf(file.TrimStart('=')) : null,
        Krb5Config = properties.GetValueOrDefault("java.security.krb5.conf"),
        TrustStore = properties.GetValueOrDefault("javax.net.ssl.trustStore"),
        TrustStorePassword = new Secret(properties.GetValueOrDefault("javax.net.ssl.trustStorePassword", "")),
        TrustStoreType = properties.GetValueOrDefault("javax.net.ssl.trustStoreType"),
        AllowedUrls = List(properties, "org.apache.kafka.sasl.oauthbearer.allowed.urls"),
        AllowedFiles = List(properties, "org.apache.kafka.sasl.oauthbearer.allowed.files"),
        AllowedLoginModules = List(properties, "org.apache.kafka.allowed.login.modules"),
        DisallowedLoginModules = List(properties, "org.apache.kafka.disallowed.login.modules") ?? [],
        Options = options,
        Properties = properties,
    };

    private static (string Name, string Value) Split(string property) =>
        property.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? (property[..at], property[(at + 1)..]) : (property, "");

    private static string[]? List(Dictionary<string, string> properties, string name) =>
        properties.TryGetValue(name, out var value)
            ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : null;
}
