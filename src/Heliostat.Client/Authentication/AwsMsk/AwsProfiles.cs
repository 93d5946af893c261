namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>The profiles of AWS's two files, <c>credentials</c> before <c>config</c>.</summary>
internal sealed class AwsProfiles(Func<string, string?> variable)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>The profile that counts when none is named.</summary>
    public string Default => variable("AWS_PROFILE") is { Length: > 0 } name ? name : "default";

    /// <summary>
    /// The settings of a profile; null when neither file has it. Throws <see cref="SaslException"/> when a file cannot be read.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Find(string name)
    {
        var config = Section(PathOf("AWS_CONFIG_FILE", "config"),
            [$"profile {name}", .. name == "default" ? ["default"] : Array.Empty<string>()]);
        var credentials = Section(PathOf("AWS_SHARED_CREDENTIALS_FILE", "credentials"), [name]);
        return config is null ? credentials
            : credentials is null ? config
            : new Dictionary<string, string>([.. config.Where(entry => !credentials.ContainsKey(entry.Key)), .. credentials]);
    }

    private string PathOf(string name, string file) =>
        variable(name) is { Length: > 0 } path
            ? path
            : Path.Combine(variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", file);

    private static Dictionary<string, string>? Section(string path, string[] names)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        Dictionary<string, string>? found = null;
        var isIn = false;
        foreach (var line in TextFile.Read(path, "AWS profile").Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                isIn = names.Contains(line[1..^1].Trim(), StringComparer.Ordinal);
                found = isIn ? found ?? [] : found;
            }
            else if (isIn && !line.StartsWith('#') && line.IndexOf('=', Ordinal) is var at and > 0)
            {
                found![line[..at].Trim()] = line[(at + 1)..].Trim();
            }
        }

        return found;
    }
}
