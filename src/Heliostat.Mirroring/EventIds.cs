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
    public const int LaneHalted = 3019;
    public const int LanesHeld = 3040;
    public const int Resumed = 3018;
    public const int LaneDoubts = 3020;
    public const int LossRemedied = 3021;
    public const int LanesStayHalted = 3022;
    public const int LossesNotKept = 3023;
    public const int OlderMirror = 3024;
    public const int MirrorLost = 3025;
    public const int PositionMoved = 3026;
    public const int UnknownControl = 3027;
    public const int SkipFailed = 3028;
    public const int PositionsForeign = 3050;
    public const int FormerPositionsUnclear = 3051;
    public const int FormerPositionsUsed = 3052;
    public const int GroupUsed = 3053;
    public const int AwaitedConfigChanged = 3054;
    public const int RetentionNears = 3070;
    public const int RetentionUnread = 3071;

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
    public const int TopicShrunk = 3113;
    public const int TopicsUnnamed = 3114;
    public const int TopicsLeftOut = 3115;
    public const int ForeignUnread = 3116;
    public const int TopicsUnmatched = 3119;

    // Flows of a file, their state and their groups: 3200 to 3299.
    public const int InternalTopicCreated = 3200;
    public const int InternalTopicPartitions = 3201;
    public const int InternalTopicPolicy = 3202;
    public const int HeartbeatRefused = 3203;
    public const int PositionsRefused = 3204;
    public const int PositionsNotStored = 3205;
    public const int OffsetSyncsRefused = 3206;
    public const int OffsetSyncsLeft = 3238;
    public const int FollowersLeft = 3239;
    public const int FlowRoundFailed = 3207;
    public const int FlowLanesOpened = 3208;
    public const int FlowWaiting = 3209;
    public const int FlowRefused = 3210;
    public const int CheckpointsFailed = 3211;
    public const int GroupOffsetsWritten = 3212;
    public const int GroupOffsetsRefused = 3213;
    public const int OwnTopicsLeftOut = 3218;
    public const int PartitionsNotCommitted = 3217;
    public const int GroupOffsetsFailed = 3214;
    public const int InternalRecordsDamaged = 3215;
    public const int OffsetMapDamaged = 3216;
    public const int FlowFailed = 3230;
    public const int InternalTopicRefused = 3231;
    public const int InternalTopicAwaited = 3240;
    public const int InternalTopicStands = 3241;
    public const int GroupUnread = 3232;
    public const int GroupOfMirror = 3235;
    public const int LanesTakenBack = 3236;
    public const int GroupsUntold = 3237;
    public const int FormerTaskFenced = 3233;
    public const int FormerTasksUnknown = 3234;

    // Workers of a flow: 3250 to 3269.
    public const int WorkerShare = 3250;
    public const int WorkerGaveUp = 3251;
    public const int WorkerDiffers = 3252;
    public const int OtherWorkerDiffers = 3253;
    public const int WorkerUnread = 3254;
    public const int WorkerAlone = 3255;
    public const int PausesNotKept = 3257;
    public const int ConnectGroupOutside = 3258;
    public const int WorkerLease = 3259;
    public const int WorkerNotFenced = 3260;
    public const int PausedBefore = 3261;

    // Registries/: 3280 to 3289.
    public const int SchemaRegistered = 3280;
    public const int SchemasFailed = 3281;

    // Java/: 3290 to 3299.
    public const int JavaStarted = 3290;
    public const int JavaFell = 3291;
    public const int JavaLine = 3292;

    // Tails/: 3300 to 3319.
    public const int TailsChecked = 3300;
    public const int TailUnread = 3303;

    // Audit/: 3320 to 3329.
    public const int AuditFound = 3320;
    public const int AuditFoundMore = 3321;
    public const int AuditUnread = 3322;
    public const int AuditFailed = 3323;

    // Deletions/: 3330 to 3339.
    public const int TopicGone = 3330;
    public const int TopicBack = 3331;
    public const int MirrorDeleted = 3332;
    public const int MirrorKept = 3333;
    public const int AllTopicsGone = 3334;
    public const int GoneTopicsUnknown = 3335;

    // Quotas/: 3340 to 3349.
    public const int QuotasSet = 3340;
    public const int QuotaOwn = 3341;
    public const int QuotasRefused = 3342;
    public const int QuotasUnknown = 3343;
}
