namespace Heliostat.Configuration.Settings;

/// <summary>Which tools know a setting.</summary>
[Flags]
public enum SettingTools
{
    None = 0,
    MirrorMaker1 = 1,
    MirrorMaker2 = 2,
    Heliostat = 4,

    /// <summary>A setting of Kafka's own clients, which all three pass on.</summary>
    All = MirrorMaker1 | MirrorMaker2 | Heliostat,
}
