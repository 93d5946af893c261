using System.Globalization;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Settings;

/// <summary>The ways in which the tables declare a setting, one line each.</summary>
internal static class Declare
{
    public static TypedSetting<bool> Boolean(string key, bool @default, string description, string? since = null) =>
        new(SettingParsers.Boolean)
        {
            Key = key,
            Type = SettingType.Boolean,
            Default = @default ? "true" : "false",
            Allowed = "true or false",
            Since = since,
            Description = description,
        };

    public static TypedSetting<int> Int(string key, int @default, int min, string description, string? kafka = null, string? since = null, int max = int.MaxValue) =>
        new(SettingParsers.Int(min, max))
        {
            Key = key,
            Type = SettingType.Int,
            Default = Text(@default),
            KafkaDefault = kafka,
            Allowed = max == int.MaxValue ? $"{Text(min)} or more" : $"{Text(min)} to {Text(max)}",
            Since = since,
            Description = description,
        };

    public static TypedSetting<long> Long(string key, long @default, long min, string description, string? kafka = null) =>
        new(SettingParsers.Long(min, long.MaxValue))
        {
            Key = key,
            Type = SettingType.Long,
            Default = Text(@default),
            KafkaDefault = kafka,
            Allowed = $"{Text(min)} or more",
            Description = description,
        };

    /// <summary>A duration; <paramref name="type"/> is what Kafka stores it in, which bounds it.</summary>
    public static TypedSetting<TimeSpan> Milliseconds(
        string key, SettingType type, long? @default, long min, string description, string? kafka = null, string? since = null) =>
        new(SettingParsers.Milliseconds(min, type == SettingType.Int ? int.MaxValue : long.MaxValue))
        {
            Key = key,
            Type = type,
            Default = @default is { } known ? Text(known) : null,
            KafkaDefault = kafka,
            Allowed = min <= int.MinValue ? "milliseconds" : $"milliseconds, {Text(min)} or more",
            Since = since,
            Description = description,
        };

    public static TypedSetting<string> String(string key, string? @default, string description, string? kafka = null, string? since = null) =>
        new(static value => value)
        {
            Key = key,
            Type = SettingType.String,
            Default = @default,
            KafkaDefault = kafka,
            Since = since,
            Description = description,
        };

    public static TypedSetting<T> OneOf<T>(string key, string? @default, string description, bool ignoreCase, (string Word, T Value)[] words,
        string? kafka = null, string? since = null) =>
        new(SettingParsers.OneOf(ignoreCase, words))
        {
            Key = key,
            Type = SettingType.String,
            Default = @default,
            KafkaDefault = kafka,
            Allowed = string.Join(", ", words.Select(w => w.Word)),
            Since = since,
            Description = description,
        };

    public static TypedSetting<IReadOnlyList<T>> List<T>(string key, string? @default, string description, Func<string, T> element, string? allowed = null,
        string? kafka = null, string? since = null) =>
        new(value => [.. SettingParsers.List(value).Select(element)])
        {
            Key = key,
            Type = SettingType.List,
            Default = @default,
            KafkaDefault = kafka,
            Allowed = allowed,
            Since = since,
            Description = description,
        };

    /// <summary>A setting of Kafka's that is checked for its type and has no effect.</summary>
    public static Setting Unused(string key, SettingType type, string? @default, string reason, string? since = null, params string[] granted)
    {
        return type switch
        {
            SettingType.Boolean => Make(SettingParsers.Boolean),
            SettingType.Short => Make(SettingParsers.Short(short.MinValue, short.MaxValue)),
            SettingType.Int => Make(SettingParsers.Int(int.MinValue, int.MaxValue)),
            SettingType.Long => Make(SettingParsers.Long(long.MinValue, long.MaxValue)),
            SettingType.Double => Make(SettingParsers.Double(double.MinValue, double.MaxValue)),
            SettingType.List => Make(SettingParsers.List),
            SettingType.Password => Make(value => new Secret(value)),
            _ => Make(value => value),
        };

        Setting Make<T>(Func<string, T> parse) => new TypedSetting<T>(parse)
        {
            Key = key,
            Type = type,
            Default = @default,
            Since = since,
            Description = $"No effect: {reason}.",
            NoEffect = reason,
            Granted = granted,
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
