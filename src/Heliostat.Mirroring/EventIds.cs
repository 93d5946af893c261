namespace Heliostat.Mirroring;

/// <summary>Event ids of the engine, 3000 to 3999; never reused.</summary>
internal static class EventIds
{
    public const int LaneGap = 3001;
    public const int LanePaused = 3002;
    public const int CommitRefused = 3003;
    public const int NoLimit = 3004;
    public const int Subscribed = 3005;
    public const int LaneOpened = 3006;
    public const int LaneNotOpened = 3007;
    public const int TopicCreated = 3008;
    public const int PartitionsAdded = 3009;
    public const int Drained = 3010;
    public const int Lost = 3011;
    public const int NoAnswer = 3013;
    public const int TargetSilent = 3014;
    public const int TargetSpeaks = 3015;
    public const int NothingMatches = 3016;
    public const int LaneOpenedAtLast = 3017;
    public const int Resumed = 3018;

    // Topics/: 3100 to 3199.
    public const int TopicNotReady = 3100;
    public const int TopicReadyAgain = 3101;
    public const int TopicWithoutConfig = 3102;
    public const int SourceTooOldForConfigs = 3103;
    public const int ConfigsSynced = 3104;
    public const int ConfigRefused = 3105;
    public const int ConfigsUnsupported = 3106;
    public const int AclsAdded = 3107;
    public const int AclsRemoved = 3108;
    public const int AclRefused = 3109;
    public const int AclsOff = 3110;
    public const int AclNoted = 3111;
    public const int SyncFailed = 3112;
}
