using Heliostat.Api;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>The classes that can be asked for, with their settings.</summary>
internal static class Plugins
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<PluginDocument> All =
        [.. ConnectorKind.All.Select(kind => new PluginDocument(kind.ClassName, "source", Connector.Version))];

    private static readonly Dictionary<ConnectorKind, SettingTable> Tables = new()
    {
        [ConnectorKind.Source] = ConnectorTables.Source,
        [ConnectorKind.Checkpoint] = ConnectorTables.Checkpoint,
        [ConnectorKind.Heartbeat] = ConnectorTables.Heartbeat,
    };

    /// <exception cref="Refusal">There is no such class.</exception>
    public static ConnectorKind Of(string plugin) =>
        ConnectorKind.Find(plugin) ?? throw new Refusal(StatusCodes.Status404NotFound, $"Unknown plugin {plugin}.");

    /// <summary>The class that settings of a connector name.</summary>
    /// <exception cref="Refusal">They name none.</exception>
    public static string ClassOf(IReadOnlyDictionary<string, string> config)
    {
        if (config.TryGetValue("connector.class", out var named))
        {
            return named;
        }

        var shown = config.Select(pair => $"{pair.Key}={Herd.Shown(pair.Key, pair.Value)}");
        throw new Refusal(StatusCodes.Status400BadRequest,
            $"Connector config {{{string.Join(", ", shown)}}} contains no connector type");
    }

    /// <summary>The settings of a class, by name.</summary>
    public static IReadOnlyList<DefinitionDocument> Definitions(ConnectorKind kind) => [.. Settings(kind).Select(Definition)];

    /// <summary>Whether settings are right for a class.</summary>
    /// <exception cref="Refusal">They are of another class, or of none.</exception>
    public static ValidationDocument Validate(ConnectorKind kind, string asked, IReadOnlyDictionary<string, string> config)
    {
        var named = ClassOf(config);
        if (ConnectorKind.Find(named) != kind)
        {
            throw new Refusal(StatusCodes.Status400BadRequest, $"Included connector type {named} does not match request type {asked}");
        }

        ValidatedDocument[] validated =
        [
            .. Settings(kind).Select((setting, place) => new ValidatedDocument(
                Definition(setting, place), new ValueDocument(setting.Key, Shown(setting, config),
                    config.TryGetValue(setting.Key, out var value) ? Errors(setting, value) : []))),
        ];
        return new ValidationDocument(named, validated.Count(one => one.Value.Errors.Count > 0), ["Mirror"], validated);
    }

    private static IEnumerable<Setting> Settings(ConnectorKind kind) =>
        Tables[kind].Settings.Where(setting => setting.RemovedIn is null).OrderBy(setting => setting.Key, StringComparer.Ordinal);

    private static DefinitionDocument Definition(Setting setting, int place) => new(
        setting.Key, $"{setting.Type}".ToUpperInvariant(), Required: false, setting.Default, setting.NoEffect is null ? "MEDIUM" : "LOW",
        setting.NoEffect is null ? setting.Description : $"{setting.Description} Without effect here: {setting.NoEffect}")
    { OrderInGroup = place + 1 };

    private static string? Shown(Setting setting, IReadOnlyDictionary<string, string> config) =>
        !config.TryGetValue(setting.Key, out var value) ? setting.Default
        : setting.IsSecret(value) ? "[hidden]"
        : value;

    private static IReadOnlyList<string> Errors(Setting setting, string value) => setting.Check(value) is not { } wrong ? []
        : [$"Invalid value {(setting.IsSecret(value) ? "[hidden]" : value)} for configuration {setting.Key}: {wrong}"];
}
