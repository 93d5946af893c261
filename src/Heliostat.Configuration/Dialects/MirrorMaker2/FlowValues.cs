using Heliostat.Configuration.Settings;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Typed reading of effective properties; what is not valid was reported already and reads as the default.</summary>
internal readonly struct FlowValues(EffectiveProperties properties)
{
    public T Get<T>(TypedSetting<T> setting) =>
        properties[setting.Key] is { } value && setting.Check(value.Value) is null
            ? setting.Parse(value.Value)
            : setting.Parse(setting.Default ?? "");

    /// <summary>The file says something of it.</summary>
    public bool Has<T>(TypedSetting<T> setting) => properties[setting.Key] is { Entry: not null };

    /// <summary>The text of a setting, or null where there is none or it is empty.</summary>
    public string? Text(TypedSetting<string> setting) => Get(setting) is { Length: > 0 } text ? text : null;
}
