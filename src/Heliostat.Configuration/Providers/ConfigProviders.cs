using System.Text;
using System.Text.RegularExpressions;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Providers;

/// <summary>
/// Resolves <c>${provider:path:key}</c> and <c>${provider:key}</c> in values, any number of them in each: <c>ConfigTransformer</c>
/// (KIP-297, KIP-421) with the providers that Kafka ships. What cannot be resolved stays as it is, as in Kafka, and is reported.
/// </summary>
internal sealed partial class ConfigProviders
{
    private const string NotResolved = " is not resolved: ";
    private const string KubernetesSecretProvider = "io.strimzi.kafka.KubernetesSecretConfigProvider";
    private const string Package = "org.apache.kafka.common.config.provider.";

    private readonly Dictionary<string, IConfigProvider> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<PropertyEntry, List<string>> _unresolved = [];
    private readonly Dictionary<PropertyEntry, string> _resolved = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    /// <param name="entries">The pairs of the file, the declarations of the providers among them.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <param name="findings">Where declarations that cannot be used are reported.</param>
    public ConfigProviders(IReadOnlyList<PropertyEntry> entries, Func<string, string?> environment, Findings findings)
    {
        var declared = entries
            .Where(e => e.Key.StartsWith("config.providers", StringComparison.Ordinal)).ToDictionary(e => e.Key, StringComparer.Ordinal);
        if (!declared.TryGetValue("config.providers", out var list))
        {
            return;
        }

        foreach (var name in DriverSettings.ConfigProviders.Parse(list.Value).Distinct(StringComparer.Ordinal))
        {
            var prefix = $"config.providers.{name}.";
            if (!declared.TryGetValue(prefix + "class", out var type))
            {
                findings.Error(list.Key, $"provider '{name}' has no {prefix}class", list);
                _broken.Add(name);
                continue;
            }

            var allowed = declared.GetValueOrDefault(prefix + "param."
                + (type.Value.Trim() == Package + "EnvVarConfigProvider" ? "allowlist.pattern" : "allowed.paths"));
            try
            {
                _providers[name] = type.Value.Trim() switch
                {
                    Package + "EnvVarConfigProvider" => new EnvironmentProvider(environment, allowed?.Value),
                    Package + "FileConfigProvider" => new FileProvider(new AllowedPaths(allowed?.Value)),
                    Package + "DirectoryConfigProvider" => new DirectoryProvider(new AllowedPaths(allowed?.Value)),
                    KubernetesSecretProvider => new KubernetesSecrets(environment, KubernetesSecrets.Account),
                    var other => throw new FormatException(
                        $"'{other}' cannot be used: Java classes cannot be loaded; known here: EnvVarConfigProvider, FileConfigProvider "
                            + $"and DirectoryConfigProvider of {Package[..^1]}, and {KubernetesSecretProvider}"),
                };
            }
            catch (FormatException e)
            {
                var at = e.Message.StartsWith('\'') || allowed is null ? type : allowed;
                findings.Error(at.Key, e.Message, at);
                _broken.Add(name);
            }
        }
    }

    /// <summary>Whether the file names providers: without any, Kafka's clients take values as they are written.</summary>
    public bool AreDeclared => _providers.Count + _broken.Count > 0;

    /// <summary>The value of <paramref name="entry"/> with its references resolved.</summary>
    public string Resolve(PropertyEntry entry)
    {
        if (_resolved.TryGetValue(entry, out var known))
        {
            return known;
        }

        // The declarations themselves are handed on as they are written (KAFKA-17192).
        return _resolved[entry] = entry.Key.StartsWith("config.providers", StringComparison.Ordinal)
            ? entry.Value
            : Reference.Replace(entry.Value, found => Resolved(entry, found));
    }

    /// <summary>Whether a part of the value of <paramref name="entry"/> comes from a provider and must not be shown.</summary>
    public bool IsSecret(PropertyEntry entry) => Resolve(entry) != entry.Value;

    /// <summary>Whether a message is one of <see cref="Unresolved"/>.</summary>
    public static bool IsUnresolved(string message) => message.Contains(NotResolved, StringComparison.Ordinal);

    /// <summary>Whether <paramref name="value"/> is one reference and nothing besides.</summary>
    public static bool IsReference(string value) => Reference.Match(value) is { Success: true, Index: 0 } all && all.Length == value.Length;

    /// <summary>Why references in <paramref name="entry"/> could not be resolved; empty when all could.</summary>
    public IReadOnlyList<string> Unresolved(PropertyEntry entry)
    {
        Resolve(entry);
        return _unresolved.TryGetValue(entry, out var reasons) ? reasons : [];
    }

    private string Resolved(PropertyEntry entry, Match found)
    {
        var (name, path, key) = (found.Groups[1].Value, found.Groups[3].Value, found.Groups[4].Value);
        string reason;
        if (_providers.TryGetValue(name, out var provider))
        {
            try
            {
                if (provider.Find(path, key, out reason) is { } value)
                {
                    return value;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException or ConfigurationException)
            {
                reason = $"'{path}' cannot be read: {e.Message}";
            }
        }
        else if (_broken.Contains(name))
        {
            return found.Value;
        }
        else
        {
            reason = $"no provider '{name}' is named in config.providers";
        }

        if (!_unresolved.TryGetValue(entry, out var reasons))
        {
            _unresolved.Add(entry, reasons = []);
        }

        reasons.Add($"{found.Value}{NotResolved}{reason}");
        return found.Value;
    }

    [GeneratedRegex(@"\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference { get; }
}
