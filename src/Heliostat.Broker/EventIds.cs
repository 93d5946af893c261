namespace Heliostat.Broker;

/// <summary>Event ids of this project: 3000 to 3999, never used again for something else.</summary>
internal static class EventIds
{
    public const int HandlerFailed = 3000;
    public const int UnknownApi = 3001;
    public const int UnsupportedVersion = 3002;
    public const int LogDamaged = 3003;
    public const int LogKeepingFailed = 3004;
    public const int HousekeepingFailed = 3005;
}
