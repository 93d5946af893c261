using System.Text;
using Heliostat.Configuration.Files;

namespace Heliostat.Configuration.Providers;

/// <summary>
/// <c>FileConfigProvider</c> (KIP-297): <c>${file:/path:key}</c> from a properties file, which is UTF-8 other than the one that refers to
/// it.
/// </summary>
internal sealed class FileProvider(AllowedPaths allowed) : IConfigProvider
{
    private readonly Dictionary<string, IReadOnlyList<PropertyEntry>> _files = new(StringComparer.Ordinal);

    public string? Find(string path, string key, out string reason)
    {
        reason = path.Length == 0 ? "the file is missing: ${file:/path:key}" : "allowed.paths does not hold the file";
        if (path.Length == 0 || allowed.Of(path) is not { } file)
        {
            return null;
        }

        if (!_files.TryGetValue(file, out var entries))
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false,
                throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
            _files[file] = entries = JavaProperties.ParseText(text, file);
        }

        reason = $"'{path}' has no key '{key}'";
        return entries.FirstOrDefault(e => e.Key == key)?.Value;
    }
}
