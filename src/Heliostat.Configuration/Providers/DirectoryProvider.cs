using System.Text;

namespace Heliostat.Configuration.Providers;

/// <summary>
/// <c>DirectoryConfigProvider</c> (KIP-632): <c>${dir:/path:name}</c> is the whole content of a file, final line feed included.
/// </summary>
internal sealed class DirectoryProvider(AllowedPaths allowed) : IConfigProvider
{
    public string? Find(string path, string key, out string reason)
    {
        reason = path.Length == 0 ? "the folder is missing: ${dir:/path:file}" : "allowed.paths does not hold the folder";
        if (path.Length == 0 || allowed.Of(path) is not { } folder)
        {
            return null;
        }

        var file = Path.Combine(folder, key);
        reason = !Directory.Exists(folder) ? $"'{path}' is not a folder" : $"'{path}' has no file '{key}'";
        return key.Length > 0 && !key.Contains('/') && File.Exists(file) ? Encoding.UTF8.GetString(File.ReadAllBytes(file)) : null;
    }
}
