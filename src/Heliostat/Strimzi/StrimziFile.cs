using System.Globalization;
using System.Text;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;

namespace Heliostat.Strimzi;

/// <summary>A <c>KafkaMirrorMaker2</c> resource of Strimzi as a file of MirrorMaker 2's dedicated mode.</summary>
internal sealed class StrimziFile
{
    private readonly string _path;
    private readonly string? _folder;
    private readonly IReadOnlyList<PropertyEntry> _entries;

    /// <summary>Reads it.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="folder">Where its secrets are, <c>DIR/SECRET/KEY</c>; null: Kubernetes is asked.</param>
    /// <exception cref="ConfigurationException">It cannot be read as such a resource at all.</exception>
    public StrimziFile(string path, string? folder)
    {
        (_path, _folder) = (path, folder);
        var resource = MirrorResource.Load(path);
        (_entries, Notices) = ResourceEntries.Of(resource, new SecretPlaces(folder, resource.Namespace), path);
    }

    /// <summary>What is said in the resource and has no effect.</summary>
    public IReadOnlyList<ConfigurationProblem> Notices { get; }

    /// <summary>Its flows; they may have errors.</summary>
    /// <param name="clusters">Only flows into these run here; all when empty.</param>
    public MirrorMaker2Configuration Flows(IReadOnlyList<string> clusters) => MirrorMaker2Configuration.Of(
        _entries, _path, clusters, Environment.GetEnvironmentVariable, () => new StrimziFile(_path, _folder).Flows(clusters), Notices);

    /// <summary>The same as a properties file, which MirrorMaker 2 takes as well; references to secrets are in it, and no secret.</summary>
    public string Properties()
    {
        var text = new StringBuilder($"# Made of {Path.GetFileName(_path)}.\n");
        foreach (var entry in _entries)
        {
            Escape(text, entry.Key, isKey: true);
            text.Append(" = ");
            Escape(text, entry.Value, isKey: false);
            text.Append('\n');
        }

        return text.ToString();
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
