namespace Heliostat.MirrorClient;

/// <summary>Event ids of the mirror client, 5000 to 5999; never reused.</summary>
internal static class EventIds
{
    public const int CompactedTopicMoved = 5001;
    public const int NotACheckpoint = 5002;
    public const int OffsetMapDamaged = 5003;
}
