using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Providers;

/// <summary>
/// <c>EnvVarConfigProvider</c> (KIP-887): <c>${env:NAME}</c>, optionally only of names that match <c>allowlist.pattern</c>.
/// </summary>
internal sealed class EnvironmentProvider : IConfigProvider
{
    private readonly Func<string, string?> _environment;
    private readonly JavaPattern? _allowed;

    /// <exception cref="FormatException">The pattern is none.</exception>
    public EnvironmentProvider(Func<string, string?> environment, string? allowed)
    {
        _environment = environment;
        try
        {
            _allowed = allowed is null ? null : JavaPattern.Parse(allowed);
        }
        catch (ConfigurationException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    public string? Find(string path, string key, out string reason)
    {
        reason = path.Length > 0 ? "environment variables have no path"
            : _allowed is not null && !_allowed.IsMatch(key) ? $"allowlist.pattern does not match '{key}'"
            : $"the environment variable '{key}' is not set";
        return path.Length > 0 || (_allowed is not null && !_allowed.IsMatch(key)) ? null : _environment(key);
    }
}
