namespace Heliostat.Client;

/// <summary>Event ids of the client, 2000 to 2999; never reused.</summary>
internal static class EventIds
{
    public const int NodeUnreachable = 2001;
    public const int NodeReachable = 2002;
    public const int Reauthenticated = 2003;
    public const int NotReauthenticated = 2004;
    public const int StoreReadAgain = 2005;
    public const int StoreNotReadAgain = 2006;
    public const int KafkaIs09 = 2007;
    public const int KafkaIs08 = 2008;

    public const int MetadataNotRefreshed = 2101;
    public const int MetadataRefreshed = 2102;

    public const int FetchFailed = 2151;
    public const int FetchGoesOn = 2152;
    public const int FetchFromNearer = 2153;

    public const int GroupAssigned = 2201;
    public const int GroupUnreadableSubscription = 2202;
    public const int GroupHeartbeatUnanswered = 2203;
    public const int GroupHeartbeatAnswered = 2204;
    public const int GroupJoined = 2205;
    public const int GroupRejoining = 2206;
    public const int GroupLost = 2207;
    public const int GroupJoinUnanswered = 2208;
    public const int GroupNotGivenUpInTime = 2209;
    public const int GroupLeft = 2210;
    public const int GroupNotLeft = 2211;
    public const int GroupOffsetsUnanswered = 2212;
    public const int WorkLost = 2213;
    public const int WorkNotLeft = 2215;
    public const int WorkerDead = 2216;
    public const int GroupAlone = 2217;

    public const int ProduceRetries = 2301;
    public const int ProduceNewEpoch = 2302;
    public const int ProduceNewEpochUnsure = 2303;
    public const int ProduceNewProducerId = 2304;
    public const int ProduceRefused = 2305;
    public const int ProduceDoubled = 2306;
    public const int ProduceForeign = 2354;
    public const int ProduceUnnumbered = 2355;

    public const int TransactionTakenOver = 2351;
    public const int TransactionRenewed = 2352;
    public const int TransactionLost = 2353;

    public const int LoginNotRenewed = 2401;
    public const int LoginRenewed = 2402;
}
