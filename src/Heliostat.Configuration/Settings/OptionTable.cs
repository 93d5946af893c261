using System.Diagnostics.CodeAnalysis;

namespace Heliostat.Configuration.Settings;

/// <summary>Declares settings that each fill one option of a record, whose defaults are theirs.</summary>
/// <param name="defaults">The record of a user who says nothing.</param>
internal sealed class OptionTable<TOptions>(TOptions defaults)
{
    /// <summary>Where reading starts from.</summary>
    public TOptions Defaults => defaults;

    /// <summary>A setting whose option has a default.</summary>
    public TypedSetting<T> Declare<T>(
        string key, SettingKind<T> kind, Func<TOptions, T> get, Func<TOptions, T, TOptions> with, string description, string? since = null,
        string? kafka = null) =>
        DeclareEmpty(key, kind, kind.Text(get(defaults)), with, description, since, kafka);

    /// <summary>A setting whose option is empty until it is asked for.</summary>
    /// <param name="key">The key.</param>
    /// <param name="kind">How its values are written.</param>
    /// <param name="default">What holds then, or null when that is no value of this setting.</param>
    /// <param name="with">Puts a value in its place.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="since">The first Kafka version that has it; null when it has always been there.</param>
    /// <param name="kafka">Kafka's default where it is another.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "Tables declare all their settings alike.")]
    public TypedSetting<T> DeclareEmpty<T>(
        string key, SettingKind<T> kind, string? @default, Func<TOptions, T, TOptions> with, string description, string? since = null,
        string? kafka = null) =>
        new OptionSetting<TOptions, T>(kind, with)
        {
            Key = key,
            Type = kind.Type,
            Allowed = kind.Allowed,
            Default = @default,
            KafkaDefault = kafka,
            Since = since,
            Description = description,
        };
}
