using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Settings;

/// <summary>
/// Declares settings that are read by hand, or by nobody, one line each; <see cref="OptionTable{TOptions}"/> declares those that fill an
/// option.
/// </summary>
internal static class Declare
{
    /// <param name="key">The key.</param>
    /// <param name="kind">How its values are written.</param>
    /// <param name="default">Heliostat's default as it would stand in a file; null when there is none.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="since">The first Kafka version that has it; null when it has always been there.</param>
    /// <param name="kafka">Kafka's default where it is another.</param>
    public static TypedSetting<T> Setting<T>(string key, SettingKind<T> kind, string? @default, string description, string? since = null,
        string? kafka = null) =>
            new(kind)
            {
                Key = key,
                Type = kind.Type,
                Allowed = kind.Allowed,
                Default = @default,
                KafkaDefault = kafka,
                Since = since,
                Description = description,
            };

    public static TypedSetting<Secret> Password(string key, string description, string? since = null) =>
        Setting(key, Kinds.Password, null, description, since);

    /// <summary>
    /// A setting that must have the value that does nothing, because what it asks for is not there and leaving it out would change what is
    /// mirrored.
    /// </summary>
    public static TypedSetting<string> Refused(string key, SettingType type, string? @default, string description, string why,
        string? since = null, params string[] granted)
    {
        string Parse(string value) =>
            value.Length == 0 || granted.Contains(value) ? value : throw new FormatException($"cannot be used: {why}");
        return Setting(
            key, new SettingKind<string>(type, Parse, static v => v, granted.Length == 0 ? "empty" : string.Join(", ", granted)), @default,
            description, since);
    }

    /// <summary>
    /// A setting of Kafka's that is checked for its type and has no effect; what is <paramref name="granted"/> needs no notice.
    /// </summary>
    public static Setting Unused(string key, SettingType type, string? @default, string reason, string? since = null,
        params string[] granted) => type switch
        {
            SettingType.Boolean => Unused(key, Kinds.Boolean, @default, reason, since, granted),
            SettingType.Short => Unused(key, Kinds.Short(), @default, reason, since, granted),
            SettingType.Int => Unused(key, Kinds.Int(), @default, reason, since, granted),
            SettingType.Long => Unused(key, Kinds.Long(), @default, reason, since, granted),
            SettingType.Double => Unused(key, Kinds.Double(), @default, reason, since, granted),
            SettingType.List => Unused(key, Kinds.List, @default, reason, since, granted),
            SettingType.Password => Unused(key, Kinds.Password, @default, reason, since, granted),
            _ => Unused(key, Kinds.String with { Type = type }, @default, reason, since, granted),
        };

    /// <summary>One of a few words, checked and without effect; what is its default already needs no notice.</summary>
    public static Setting UnusedOneOf(string key, string @default, string reason, bool ignoreCase, string[] words, string since) =>
        Unused(key, Kinds.OneOf<string>(ignoreCase, [.. words.Select(word => (word, word))]), @default, reason, since, [@default]);

    /// <summary>A name that a later version dropped; its value is taken for <paramref name="replacedBy"/>, or for nothing.</summary>
    public static Setting Removed(string key, SettingType type, string since, string removedIn, string? replacedBy, string description) =>
        new TypedSetting<string>(Kinds.String)
        {
            Key = key,
            Type = type,
            Description = description,
            Since = since,
            RemovedIn = removedIn,
            ReplacedBy = replacedBy,
        };

    private static TypedSetting<T> Unused<T>(string key, SettingKind<T> kind, string? @default, string reason, string? since,
        string[] granted) =>
            new(kind)
            {
                Key = key,
                Type = kind.Type,
                Default = @default,
                Since = since,
                Description = $"No effect: {reason}.",
                NoEffect = reason,
                Granted = granted,
            };
}
