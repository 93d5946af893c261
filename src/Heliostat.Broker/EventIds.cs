namespace Heliostat.Broker;

/// <summary>Event ids of this project: 4000 to 4999, never used again for something else.</summary>
internal static class EventIds
{
    public const int HandlerFailed = 4000;
    public const int UnknownApi = 4001;
    public const int UnsupportedVersion = 4002;
    public const int LogDamaged = 4003;
    public const int LogKeepingFailed = 4004;
    public const int HousekeepingFailed = 4005;
    public const int SettingWithoutEffect = 4006;
    public const int NotAdmitted = 4007;
}
