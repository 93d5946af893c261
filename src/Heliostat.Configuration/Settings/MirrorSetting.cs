using System.Globalization;
using Heliostat.Configuration.Patterns;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Settings;

/// <summary>The ways in which MirrorMaker 2's tables declare a setting, one line each.</summary>
internal static class MirrorSetting
{
    public static TypedSetting<bool> Boolean(string key, bool @default, string description, string? since = null) =>
        Make(SettingParsers.Boolean, key, SettingType.Boolean, @default ? "true" : "false", description, since, allowed: "true or false");

    /// <summary>A switch of Heliostat's own, which MirrorMaker 2 does not know and ignores.</summary>
    public static TypedSetting<bool> Own(string key, bool @default, string description) => new(SettingParsers.Boolean)
    {
        Key = key,
        Type = SettingType.Boolean,
        Default = @default ? "true" : "false",
        Description = description,
        Allowed = "true or false",
        Tools = SettingTools.Heliostat,
    };

    public static TypedSetting<short> Short(string key, short @default, string description, string? since = null) =>
        Make(SettingParsers.Short(short.MinValue, short.MaxValue), key, SettingType.Short, Text(@default), description, since, allowed: "a number of replicas, or -1 for the broker's default");

    public static TypedSetting<int> Int(string key, int @default, int min, string description, string? since = null) =>
        Make(SettingParsers.Int(min, int.MaxValue), key, SettingType.Int, Text(@default), description, since, allowed: min == int.MinValue ? null : $"{Text(min)} or more");

    public static TypedSetting<long> Long(string key, long @default, string description, string? since = null) =>
        Make(SettingParsers.Long(long.MinValue, long.MaxValue), key, SettingType.Long, Text(@default), description, since);

    /// <summary>Seconds in a long; <paramref name="kafka"/> is MirrorMaker 2's default where it is another.</summary>
    public static TypedSetting<TimeSpan> Seconds(string key, long @default, string description, string? since = null, string? kafka = null) =>
        Make(SettingParsers.Seconds, key, SettingType.Long, Text(@default), description, since, kafka, "seconds");

    public static TypedSetting<TimeSpan> Milliseconds(string key, SettingType type, long @default, string description, string? since = null, string? kafka = null, long min = long.MinValue) =>
        Make(
            SettingParsers.Milliseconds(min == long.MinValue && type == SettingType.Int ? int.MinValue : min, type == SettingType.Int ? int.MaxValue : long.MaxValue), key, type, Text(@default),
            description, since, kafka, min == long.MinValue ? "milliseconds" : $"milliseconds, {Text(min)} or more");

    public static TypedSetting<string> String(string key, string? @default, string description, string? since = null) =>
        Make(static value => value, key, SettingType.String, @default, description, since);

    public static TypedSetting<string> Class(string key, string? @default, string description, string? since = null) =>
        Make(static value => value, key, SettingType.Class, @default, description, since);

    public static TypedSetting<Secret> Password(string key, string description, string? since = null) =>
        Make(static value => new Secret(value), key, SettingType.Password, null, description, since);

    public static TypedSetting<double> Double(string key, double @default, double min, double max, string description, string? since = null) =>
        Make(SettingParsers.Double(min, max), key, SettingType.Double, @default.ToString("0.0##", CultureInfo.InvariantCulture), description, since);

    public static TypedSetting<IReadOnlyList<string>> List(string key, string? @default, string description, string? since = null) =>
        Make(SettingParsers.List, key, SettingType.List, @default, description, since, allowed: "a list separated by commas");

    /// <summary>A list of Java patterns, each matching whole names; an empty list matches nothing.</summary>
    public static TypedSetting<IReadOnlyList<string>> Patterns(string key, string @default, string description, string? since = null) =>
        Make(Patterns, key, SettingType.List, @default, description, since, allowed: "Java patterns separated by commas");

    public static TypedSetting<T> OneOf<T>(string key, string? @default, string description, bool ignoreCase, (string Word, T Value)[] words, string? since = null) =>
        Make(SettingParsers.OneOf(ignoreCase, words), key, SettingType.String, @default, description, since, allowed: string.Join(", ", words.Select(w => w.Word)));

    /// <summary>One of Kafka's classes that Heliostat stands in for; any other class would be Java code that cannot run here.</summary>
    public static TypedSetting<T> ClassOf<T>(string key, string @default, string description, (string Class, T Value)[] classes, string? since = null) =>
        Make(
            value => Array.Find(classes, c => c.Class == value) is { Class: not null } found ? found.Value
                : throw new FormatException($"cannot be used: Java classes cannot be loaded; known here: {string.Join(", ", classes.Select(c => c.Class))}"),
            key, SettingType.Class, @default, description, since, allowed: string.Join(", ", classes.Select(c => c.Class)));

    /// <summary>A setting that must have the value that does nothing, because what it asks for is not there and leaving it out would change what is mirrored.</summary>
    public static TypedSetting<string> Refused(string key, SettingType type, string? @default, string description, string why, string? since = null, params string[] granted) =>
        Make(
            value => value.Length == 0 || granted.Contains(value) ? value : throw new FormatException($"cannot be used: {why}"),
            key, type, @default, description, since, allowed: granted.Length == 0 ? "empty" : string.Join(", ", granted));

    /// <summary>A setting that is checked and has no effect; what is its default already needs no notice.</summary>
    public static Setting UnusedOneOf(string key, string @default, string reason, bool ignoreCase, string[] words, string since) =>
        new TypedSetting<string>(SettingParsers.OneOf(ignoreCase, [.. words.Select(word => (word, word))]))
        {
            Key = key,
            Type = SettingType.String,
            Default = @default,
            Description = $"No effect: {reason}.",
            Allowed = string.Join(", ", words),
            Since = since,
            NoEffect = reason,
            Granted = [@default],
            Tools = SettingTools.MirrorMaker2,
        };

    /// <summary>A name that a later version dropped; its value is taken for <paramref name="replacedBy"/>, or for nothing.</summary>
    public static Setting Removed(string key, SettingType type, string since, string removedIn, string? replacedBy, string description) =>
        new TypedSetting<string>(static value => value)
        {
            Key = key,
            Type = type,
            Description = description,
            Since = since,
            RemovedIn = removedIn,
            ReplacedBy = replacedBy,
            Tools = SettingTools.MirrorMaker2,
        };

    private static TypedSetting<T> Make<T>(
        Func<string, T> parse, string key, SettingType type, string? @default, string description, string? since, string? kafka = null, string? allowed = null) =>
        new(parse)
        {
            Key = key,
            Type = type,
            Default = @default,
            KafkaDefault = kafka,
            Description = description,
            Allowed = allowed,
            Since = since,
            Tools = SettingTools.MirrorMaker2,
        };

    private static IReadOnlyList<string> Patterns(string value)
    {
        var patterns = SettingParsers.List(value);
        if (patterns.Count > 0)
        {
            try
            {
                JavaPattern.Parse(string.Join('|', patterns));
            }
            catch (ConfigurationException e)
            {
                throw new FormatException($"is not usable: {e.Message}", e);
            }
        }

        return patterns;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
