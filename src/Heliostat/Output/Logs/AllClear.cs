namespace Heliostat.Output.Logs;

/// <summary>Events that end a trouble which another event began.</summary>
internal static class AllClear
{
    // By the names in the client's EventIds.cs.
    private const int NodeUnreachable = 2001;
    private const int NodeReachable = 2002;
    private const int MetadataNotRefreshed = 2101;
    private const int MetadataRefreshed = 2102;
    private const int FetchFailed = 2151;
    private const int FetchGoesOn = 2152;
    private const int GroupHeartbeatUnanswered = 2203;
    private const int GroupHeartbeatAnswered = 2204;

    /// <summary>What an event of this id ends; null where it ends nothing.</summary>
    public static int? Ends(int id) => id switch
    {
        NodeReachable => NodeUnreachable,
        MetadataRefreshed => MetadataNotRefreshed,
        FetchGoesOn => FetchFailed,
        GroupHeartbeatAnswered => GroupHeartbeatUnanswered,
        _ => null,
    };
}
