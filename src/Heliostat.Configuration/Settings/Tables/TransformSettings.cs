using Heliostat.Configuration.Options;
using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>What is done to records on the way, besides Connect's transforms; Heliostat's own.</summary>
internal static class TransformSettings
{
    private static readonly SettingKind<RecordCondition?> Condition = new(
        SettingType.String, static text => text.Length == 0 ? null : ConditionParser.Parse(text), static _ => "", ConditionParser.Allowed);

    private static readonly SettingKind<bool> Payload = Kinds.OneOf(ignoreCase: false, ("none", false), ("json", true));

    public static readonly TypedSetting<RecordCondition?> Keep = Declare.Setting(
        "heliostat.records.keep", Condition, "",
        "Only records of which all this holds are mirrored, behind what transforms makes of them.");

    public static readonly TypedSetting<RecordCondition?> Drop = Declare.Setting(
        "heliostat.records.drop", Condition, "", "Records of which all this holds are left out, behind what transforms makes of them.");

    public static readonly TypedSetting<bool> KeyPayload = Declare.Setting(
        "heliostat.payload.key", Payload, "none",
        "What transforms that look into fields take keys for; a key that is no JSON object is a failing record "
            + "(heliostat.on.untransformed).");

    public static readonly TypedSetting<bool> ValuePayload = Declare.Setting(
        "heliostat.payload.value", Payload, "none",
        "What transforms that look into fields take values for; a value that is no JSON object is a failing record "
            + "(heliostat.on.untransformed).");

    public static readonly TypedSetting<IReadOnlyDictionary<string, string>> TopicMap = Declare.Setting(
        "heliostat.topic.map", new SettingKind<IReadOnlyDictionary<string, string>>(SettingType.List, Map,
            static map => string.Join(", ", map.Select(name => $"{name.Key}:{name.Value}")), "NAME:NAME, separated by commas"),
        "", "What topics are called on the target, one by one: the name on the source, a colon, the name there. Before "
            + "heliostat.topic.rename, in place of the replication policy.");

    public static readonly TypedSetting<IReadOnlyList<JavaReplacement>> TopicRename = Declare.Setting(
        "heliostat.topic.rename", new SettingKind<IReadOnlyList<JavaReplacement>>(SettingType.String, Rules,
            static rules => string.Join("; ", rules), "PATTERN -> NAME, separated by semicolons"),
        "", "What topics are called on the target whose whole name on the source a Java pattern matches, groups as $1; the first that "
            + "matches counts. In place of the replication policy.");

    public static readonly TypedSetting<string?> TopicForm = Declare.Setting(
        "heliostat.topic.rename.format", new SettingKind<string?>(SettingType.String, Form, static form => form ?? "",
            "a name with ${topic} in it, and ${source} for the source's alias"),
        "", "What all other topics are called on the target, such as ${topic}.replica: topic.rename.format of Confluent Replicator. In "
            + "place of the replication policy.");

    public static readonly TypedSetting<ProvenanceKind> Provenance = Declare.Setting(
        "heliostat.provenance", Kinds.OneOf(ignoreCase: false, ("off", ProvenanceKind.Off), ("heliostat", ProvenanceKind.Heliostat),
            ("redpanda", ProvenanceKind.Redpanda)), "off",
        "The header that tells where a record was first written. Records that come from the target are left out: topics of one name may be "
            + "mirrored both ways, by flows that all ask for it.");

    public static readonly TypedSetting<string> PluginPath = Declare.Setting(
        "heliostat.plugin.path", Kinds.String, "",
        "Folders, absolute and separated by commas, below which the assemblies of heliostat.Plugin may lie; none for nowhere, everywhere "
            + "when it is not set. Of connectors it is what the worker's plugin.path says, and none where that says nothing.");

    public static IReadOnlyList<Setting> All { get; } = [Keep, Drop, KeyPayload, ValuePayload, TopicMap, TopicRename, TopicForm,
        Provenance, PluginPath];

    private static Dictionary<string, string> Map(string text)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (var pair in SettingParsers.List(text).Where(pair => pair.Length > 0))
        {
            if (pair.Split(':') is not [{ Length: > 0 } from, { Length: > 0 } to] || !map.TryAdd(from, to))
            {
                throw new FormatException($"has '{pair}' where NAME:NAME is to be, each name of the source once");
            }
        }

        return map;
    }

    private static JavaReplacement[] Rules(string text) =>
        [.. text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Rule)];

    private static JavaReplacement Rule(string text)
    {
        var at = text.LastIndexOf("->", StringComparison.Ordinal);
        try
        {
            return at > 0
                ? JavaReplacement.Parse(text[..at].TrimEnd(), text[(at + 2)..].TrimStart())
                : throw new FormatException($"has '{text}' where PATTERN -> NAME is to be");
        }
        catch (ConfigurationException e)
        {
            throw new FormatException($"is not usable: {e.Message}", e);
        }
    }

    private static string? Form(string text) =>
        text.Length == 0 ? null
            : text.Contains("${topic}", StringComparison.Ordinal) ? text
            : throw new FormatException("would call all topics the same: ${topic} is missing, and many topics into one are not there");
}
