using System.IO.Enumeration;

namespace Heliostat.Strimzi;

/// <summary>
/// How what a resource says of secrets is written in a file: as references to config providers, by the names that Strimzi's operator gives
/// them. In Kubernetes its API is asked; elsewhere secrets are files of a folder, <c>DIR/SECRET/KEY</c>.
/// </summary>
/// <param name="folder">The folder; null for Kubernetes.</param>
/// <param name="space">The namespace of the secrets; null for that of the pod.</param>
internal sealed class SecretPlaces(string? folder, string? space)
{
    private const string Package = "org.apache.kafka.common.config.provider.";
    private const string Providers = "config.providers.";

    private readonly string? _folder = folder is null ? null : Path.GetFullPath(folder);

    /// <summary>The providers that are declared, as lines of a file, without <c>config.providers</c> itself.</summary>
    public IReadOnlyList<(string Key, string Value)> Declarations =>
    [
        (Providers + "strimzienv.class", Package + "EnvVarConfigProvider"),
        (Providers + "strimzifile.class", Package + "FileConfigProvider"),
        (Providers + "strimzidir.class", Package + "DirectoryConfigProvider"),
        .. _folder is null ? Array.Empty<(string, string)>() : [(Providers + "strimzidir.param.allowed.paths", _folder)],
        (Providers + "strimzisecrets.class", "io.strimzi.kafka.KubernetesSecretConfigProvider"),
    ];

    /// <summary>Their names.</summary>
    public static string Names => "strimzienv,strimzifile,strimzidir,strimzisecrets";

    /// <summary>A reference to a key of a secret.</summary>
    public string Reference(string secret, string key) =>
        _folder is not null ? $"${{strimzidir:{_folder}/{secret}:{key}}}"
        : space is not null ? $"${{strimzisecrets:{space}/{secret}:{key}}}"
        : $"${{strimzisecrets:{secret}:{key}}}";

    /// <summary>References to all keys of a secret that match a pattern (<c>*.crt</c>), one below the other.</summary>
    public string References(string secret, string pattern)
    {
        var place = _folder is null ? null : Path.Combine(_folder, secret);
        var files = place is null || !Directory.Exists(place)
            ? []
            : Directory.EnumerateFiles(place).Select(file => Path.GetFileName(file)!);
        var found = files.Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
        string[] keys = [.. found.Order(StringComparer.Ordinal)];
        return keys.Length == 0 ? Reference(secret, pattern) : string.Join('\n', keys.Select(key => Reference(secret, key)));
    }
}
