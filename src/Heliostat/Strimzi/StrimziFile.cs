using System.Globalization;
using System.Text;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;

namespace Heliostat.Strimzi;

/// <summary>A <c>KafkaMirrorMaker2</c> resource of Strimzi as a file of MirrorMaker 2's dedicated mode.</summary>
internal static class StrimziFile
{
    /// <summary>The flows of a resource; it may have errors.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="folder">Where its secrets are, <c>DIR/SECRET/KEY</c>; null: Kubernetes is asked.</param>
    /// <param name="clusters">Only flows into these run here; all when empty.</param>
    /// <exception cref="ConfigurationException">It cannot be read as such a resource at all.</exception>
    public static MirrorMaker2Configuration Load(string path, string? folder, IReadOnlyList<string> clusters)
    {
        var (entries, notices) = Entries(path, folder);
        return MirrorMaker2Configuration.Of(
            entries, path, clusters, Environment.GetEnvironmentVariable, () => Load(path, folder, clusters), notices);
    }

    /// <summary>The same as a properties file, which MirrorMaker 2 takes as well; references to secrets are in it, and no secret.</summary>
    /// <exception cref="ConfigurationException">It cannot be read as such a resource at all.</exception>
    public static string Properties(string path, string? folder, out IReadOnlyList<ConfigurationProblem> notices)
    {
        (var entries, notices) = Entries(path, folder);
        var text = new StringBuilder($"# Made of {Path.GetFileName(path)}.\n");
        foreach (var entry in entries)
        {
            Escape(text, entry.Key, isKey: true);
            text.Append(" = ");
            Escape(text, entry.Value, isKey: false);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static (IReadOnlyList<PropertyEntry> Entries, IReadOnlyList<ConfigurationProblem> Notices) Entries(string path, string? folder)
    {
        var resource = MirrorResource.Load(path);
        return ResourceEntries.Of(resource, new SecretPlaces(folder, resource.Namespace), path);
    }

    /// <summary>As <c>java.util.Properties</c> reads it.</summary>
    private static void Escape(StringBuilder text, string value, bool isKey)
    {
        for (var i = 0; i < value.Length; i++)
        {
            _ = value[i] switch
            {
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\\' => text.Append("\\\\"),
                ' ' when isKey || i == 0 => text.Append("\\ "),
                '=' or ':' or '#' or '!' when isKey => text.Append('\\').Append(value[i]),
                < ' ' or > '~' => text.Append("\\u").Append(((int)value[i]).ToString("x4", CultureInfo.InvariantCulture)),
                var plain => text.Append(plain),
            };
        }
    }
}
