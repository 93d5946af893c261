using Heliostat.Configuration.Files;
using Heliostat.Configuration.Settings;

namespace Heliostat.Configuration.Providers;

/// <summary>The pairs of a file that has providers of its own, as each of MirrorMaker 1's files may (KIP-421).</summary>
internal static class ResolvedEntries
{
    /// <summary>Reads a file and resolves the references in it; what cannot be resolved is an error at its line.</summary>
    /// <param name="option">The option the file was given to, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <param name="findings">Where problems go.</param>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    public static IReadOnlyList<PropertyEntry> Load(string option, string path, Func<string, string?> environment, Findings findings) =>
        Of(JavaProperties.Load(option, path), environment, findings);

    private static IReadOnlyList<PropertyEntry> Of(IReadOnlyList<PropertyEntry> entries, Func<string, string?> environment,
        Findings findings)
    {
        var providers = new ConfigProviders(entries, environment, findings);
        if (!providers.AreDeclared)
        {
            return entries;
        }

        foreach (var entry in entries)
        {
            foreach (var reason in providers.Unresolved(entry))
            {
                findings.Error(entry.Key, reason, entry);
            }
        }

        return [.. entries.Select(entry => entry with { Value = providers.Resolve(entry), IsSecret = providers.IsSecret(entry) })];
    }
}
