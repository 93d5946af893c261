namespace Heliostat.Configuration.Providers;

/// <summary>Kafka's <c>allowed.paths</c>: the files and folders below which providers may read; everything when it is not set.</summary>
internal sealed class AllowedPaths
{
    private readonly string[]? _paths;

    /// <exception cref="FormatException">A path is not absolute or does not exist.</exception>
    public AllowedPaths(string? list)
    {
        _paths = string.IsNullOrEmpty(list) ? null : [.. list.Split(',').Select(Checked)];
    }

    /// <summary>The path to read, or null when <paramref name="path"/> lies outside.</summary>
    public string? Of(string path)
    {
        if (_paths is null)
        {
            return path;
        }

        var full = Path.GetFullPath(path);
        return Path.IsPathFullyQualified(path)
            && Array.Exists(_paths, p => full == p || p == "/" || full.StartsWith(p + '/', StringComparison.Ordinal)) ? full : null;
    }

    private static string Checked(string path)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new FormatException($"path '{path}' is not absolute");
        }

        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.Exists(full) ? full : throw new FormatException($"path '{path}' does not exist");
    }
}
