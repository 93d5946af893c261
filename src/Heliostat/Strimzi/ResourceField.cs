using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Heliostat.Strimzi;

/// <summary>A value in a resource, and where it stands.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="Path">The names that lead to it, as <c>spec.mirrors[0].source</c>.</param>
/// <param name="Line">The line of its name, counted from 1.</param>
/// <param name="Value">The value.</param>
internal sealed record ResourceField(string Name, string Path, int Line, YamlNode Value)
{
    /// <summary>What stands below it by name; nothing where it is no map.</summary>
    public IEnumerable<ResourceField> Fields =>
        Value is not YamlMappingNode map ? []
            : map.Children.Where(pair => !IsNull(pair.Value))
                .Select(pair => Below($"{pair.Key}", $"{Path}{(Path.Length == 0 ? "" : ".")}{pair.Key}", pair.Key, pair.Value));

    /// <summary>What is listed in it; nothing where it is no list.</summary>
    public IEnumerable<ResourceField> Items =>
        Value is not YamlSequenceNode list ? [] : list.Children.Select((item, at) => Below(Name, $"{Path}[{at}]", item, item));

    /// <summary>Its text; of a list the texts of its items, separated by commas; null where it has none.</summary>
    public string? Text => Value switch
    {
        YamlScalarNode scalar => scalar.Value,
        YamlSequenceNode => string.Join(',', Items.Select(item => item.Text)),
        _ => null,
    };

    /// <summary>What has this name below it; null where nothing has.</summary>
    public ResourceField? this[string name] => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>The text of what has this name below it; null where it is missing or empty.</summary>
    public string? TextOf(string name) => this[name]?.Text is { Length: > 0 } text ? text : null;

    private static ResourceField Below(string name, string path, YamlNode at, YamlNode value) => new(name, path, (int)at.Start.Line, value);

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };
}
