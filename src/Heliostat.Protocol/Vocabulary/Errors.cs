using static Heliostat.Protocol.Vocabulary.Errors.Meaning;

namespace Heliostat.Protocol.Vocabulary;

/// <summary>What each error code means for a client, as the exceptions of the Java client's 4.3.1 say (Errors.java, KIP-1050).</summary>
public static class Errors
{
    private static readonly Error[] Table =
    [
        new(ErrorCode.UnknownServerError, "UNKNOWN_SERVER_ERROR"),
        new(ErrorCode.None, "NONE"),
        new(ErrorCode.OffsetOutOfRange, "OFFSET_OUT_OF_RANGE"),
        new(ErrorCode.CorruptMessage, "CORRUPT_MESSAGE", Retriable),
        new(ErrorCode.UnknownTopicOrPartition, "UNKNOWN_TOPIC_OR_PARTITION", NewMetadata),
        new(ErrorCode.InvalidFetchSize, "INVALID_FETCH_SIZE"),
        new(ErrorCode.LeaderNotAvailable, "LEADER_NOT_AVAILABLE", NewMetadata),
        new(ErrorCode.NotLeaderOrFollower, "NOT_LEADER_OR_FOLLOWER", NewMetadata),
        new(ErrorCode.RequestTimedOut, "REQUEST_TIMED_OUT", Retriable),
        new(ErrorCode.BrokerNotAvailable, "BROKER_NOT_AVAILABLE"),
        new(ErrorCode.ReplicaNotAvailable, "REPLICA_NOT_AVAILABLE", NewMetadata),
        new(ErrorCode.MessageTooLarge, "MESSAGE_TOO_LARGE"),
        new(ErrorCode.StaleControllerEpoch, "STALE_CONTROLLER_EPOCH"),
        new(ErrorCode.OffsetMetadataTooLarge, "OFFSET_METADATA_TOO_LARGE"),
        new(ErrorCode.NetworkException, "NETWORK_EXCEPTION", NewMetadata),
        new(ErrorCode.CoordinatorLoadInProgress, "COORDINATOR_LOAD_IN_PROGRESS", Retriable),
        new(ErrorCode.CoordinatorNotAvailable, "COORDINATOR_NOT_AVAILABLE", Retriable),
        new(ErrorCode.NotCoordinator, "NOT_COORDINATOR", Retriable),
        new(ErrorCode.InvalidTopicException, "INVALID_TOPIC_EXCEPTION", Fatal),
        new(ErrorCode.RecordListTooLarge, "RECORD_LIST_TOO_LARGE", Fatal),
        new(ErrorCode.NotEnoughReplicas, "NOT_ENOUGH_REPLICAS", Retriable),
        new(ErrorCode.NotEnoughReplicasAfterAppend, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", Retriable),
        new(ErrorCode.InvalidRequiredAcks, "INVALID_REQUIRED_ACKS", Fatal),
        new(ErrorCode.IllegalGeneration, "ILLEGAL_GENERATION", Fatal),
        new(ErrorCode.InconsistentGroupProtocol, "INCONSISTENT_GROUP_PROTOCOL"),
        new(ErrorCode.InvalidGroupId, "INVALID_GROUP_ID"),
        new(ErrorCode.UnknownMemberId, "UNKNOWN_MEMBER_ID", Fatal),
        new(ErrorCode.InvalidSessionTimeout, "INVALID_SESSION_TIMEOUT"),
        new(ErrorCode.RebalanceInProgress, "REBALANCE_IN_PROGRESS"),
        new(ErrorCode.InvalidCommitOffsetSize, "INVALID_COMMIT_OFFSET_SIZE"),
        new(ErrorCode.TopicAuthorizationFailed, "TOPIC_AUTHORIZATION_FAILED", Fatal),
        new(ErrorCode.GroupAuthorizationFailed, "GROUP_AUTHORIZATION_FAILED", Fatal),
        new(ErrorCode.ClusterAuthorizationFailed, "CLUSTER_AUTHORIZATION_FAILED", Fatal),
        new(ErrorCode.InvalidTimestamp, "INVALID_TIMESTAMP"),
        new(ErrorCode.UnsupportedSaslMechanism, "UNSUPPORTED_SASL_MECHANISM", Fatal),
        new(ErrorCode.IllegalSaslState, "ILLEGAL_SASL_STATE", Fatal),
        new(ErrorCode.UnsupportedVersion, "UNSUPPORTED_VERSION", Fatal),
        new(ErrorCode.TopicAlreadyExists, "TOPIC_ALREADY_EXISTS"),
        new(ErrorCode.InvalidPartitions, "INVALID_PARTITIONS"),
        new(ErrorCode.InvalidReplicationFactor, "INVALID_REPLICATION_FACTOR", Fatal),
        new(ErrorCode.InvalidReplicaAssignment, "INVALID_REPLICA_ASSIGNMENT"),
        new(ErrorCode.InvalidConfig, "INVALID_CONFIG", Fatal),
        new(ErrorCode.NotController, "NOT_CONTROLLER", Retriable),
        new(ErrorCode.InvalidRequest, "INVALID_REQUEST"),
        new(ErrorCode.UnsupportedForMessageFormat, "UNSUPPORTED_FOR_MESSAGE_FORMAT", Fatal),
        new(ErrorCode.PolicyViolation, "POLICY_VIOLATION"),
        new(ErrorCode.OutOfOrderSequenceNumber, "OUT_OF_ORDER_SEQUENCE_NUMBER"),
        new(ErrorCode.DuplicateSequenceNumber, "DUPLICATE_SEQUENCE_NUMBER"),
        new(ErrorCode.InvalidProducerEpoch, "INVALID_PRODUCER_EPOCH", Fatal),
        new(ErrorCode.InvalidTxnState, "INVALID_TXN_STATE"),
        new(ErrorCode.InvalidProducerIdMapping, "INVALID_PRODUCER_ID_MAPPING", Fatal),
        new(ErrorCode.InvalidTransactionTimeout, "INVALID_TRANSACTION_TIMEOUT"),
        new(ErrorCode.ConcurrentTransactions, "CONCURRENT_TRANSACTIONS", Retriable),
        new(ErrorCode.TransactionCoordinatorFenced, "TRANSACTION_COORDINATOR_FENCED"),
        new(ErrorCode.TransactionalIdAuthorizationFailed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", Fatal),
        new(ErrorCode.SecurityDisabled, "SECURITY_DISABLED"),
        new(ErrorCode.OperationNotAttempted, "OPERATION_NOT_ATTEMPTED"),
        new(ErrorCode.KafkaStorageError, "KAFKA_STORAGE_ERROR", NewMetadata),
        new(ErrorCode.LogDirNotFound, "LOG_DIR_NOT_FOUND"),
        new(ErrorCode.SaslAuthenticationFailed, "SASL_AUTHENTICATION_FAILED", Fatal),
        new(ErrorCode.UnknownProducerId, "UNKNOWN_PRODUCER_ID"),
        new(ErrorCode.ReassignmentInProgress, "REASSIGNMENT_IN_PROGRESS"),
        new(ErrorCode.DelegationTokenAuthDisabled, "DELEGATION_TOKEN_AUTH_DISABLED"),
        new(ErrorCode.DelegationTokenNotFound, "DELEGATION_TOKEN_NOT_FOUND"),
        new(ErrorCode.DelegationTokenOwnerMismatch, "DELEGATION_TOKEN_OWNER_MISMATCH"),
        new(ErrorCode.DelegationTokenRequestNotAllowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"),
        new(ErrorCode.DelegationTokenAuthorizationFailed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED", Fatal),
        new(ErrorCode.DelegationTokenExpired, "DELEGATION_TOKEN_EXPIRED"),
        new(ErrorCode.InvalidPrincipalType, "INVALID_PRINCIPAL_TYPE"),
        new(ErrorCode.NonEmptyGroup, "NON_EMPTY_GROUP"),
        new(ErrorCode.GroupIdNotFound, "GROUP_ID_NOT_FOUND"),
        new(ErrorCode.FetchSessionIdNotFound, "FETCH_SESSION_ID_NOT_FOUND", Retriable),
        new(ErrorCode.InvalidFetchSessionEpoch, "INVALID_FETCH_SESSION_EPOCH", Retriable),
        new(ErrorCode.ListenerNotFound, "LISTENER_NOT_FOUND", NewMetadata),
        new(ErrorCode.TopicDeletionDisabled, "TOPIC_DELETION_DISABLED"),
        new(ErrorCode.FencedLeaderEpoch, "FENCED_LEADER_EPOCH", NewMetadata),
        new(ErrorCode.UnknownLeaderEpoch, "UNKNOWN_LEADER_EPOCH", Retriable),
        new(ErrorCode.UnsupportedCompressionType, "UNSUPPORTED_COMPRESSION_TYPE"),
        new(ErrorCode.StaleBrokerEpoch, "STALE_BROKER_EPOCH"),
        new(ErrorCode.OffsetNotAvailable, "OFFSET_NOT_AVAILABLE", Retriable),
        new(ErrorCode.MemberIdRequired, "MEMBER_ID_REQUIRED"),
        new(ErrorCode.PreferredLeaderNotAvailable, "PREFERRED_LEADER_NOT_AVAILABLE", NewMetadata),
        new(ErrorCode.GroupMaxSizeReached, "GROUP_MAX_SIZE_REACHED"),
        new(ErrorCode.FencedInstanceId, "FENCED_INSTANCE_ID", Fatal),
        new(ErrorCode.EligibleLeadersNotAvailable, "ELIGIBLE_LEADERS_NOT_AVAILABLE", NewMetadata),
        new(ErrorCode.ElectionNotNeeded, "ELECTION_NOT_NEEDED", NewMetadata),
        new(ErrorCode.NoReassignmentInProgress, "NO_REASSIGNMENT_IN_PROGRESS"),
        new(ErrorCode.GroupSubscribedToTopic, "GROUP_SUBSCRIBED_TO_TOPIC"),
        new(ErrorCode.InvalidRecord, "INVALID_RECORD", Fatal),
        new(ErrorCode.UnstableOffsetCommit, "UNSTABLE_OFFSET_COMMIT", Retriable),
        new(ErrorCode.ThrottlingQuotaExceeded, "THROTTLING_QUOTA_EXCEEDED", Retriable),
        new(ErrorCode.ProducerFenced, "PRODUCER_FENCED", Fatal),
        new(ErrorCode.ResourceNotFound, "RESOURCE_NOT_FOUND"),
        new(ErrorCode.DuplicateResource, "DUPLICATE_RESOURCE"),
        new(ErrorCode.UnacceptableCredential, "UNACCEPTABLE_CREDENTIAL"),
        new(ErrorCode.InconsistentVoterSet, "INCONSISTENT_VOTER_SET"),
        new(ErrorCode.InvalidUpdateVersion, "INVALID_UPDATE_VERSION"),
        new(ErrorCode.FeatureUpdateFailed, "FEATURE_UPDATE_FAILED"),
        new(ErrorCode.PrincipalDeserializationFailure, "PRINCIPAL_DESERIALIZATION_FAILURE"),
        new(ErrorCode.SnapshotNotFound, "SNAPSHOT_NOT_FOUND"),
        new(ErrorCode.PositionOutOfRange, "POSITION_OUT_OF_RANGE"),
        new(ErrorCode.UnknownTopicId, "UNKNOWN_TOPIC_ID", NewMetadata),
        new(ErrorCode.DuplicateBrokerRegistration, "DUPLICATE_BROKER_REGISTRATION"),
        new(ErrorCode.BrokerIdNotRegistered, "BROKER_ID_NOT_REGISTERED"),
        new(ErrorCode.InconsistentTopicId, "INCONSISTENT_TOPIC_ID", NewMetadata),
        new(ErrorCode.InconsistentClusterId, "INCONSISTENT_CLUSTER_ID"),
        new(ErrorCode.TransactionalIdNotFound, "TRANSACTIONAL_ID_NOT_FOUND"),
        new(ErrorCode.FetchSessionTopicIdError, "FETCH_SESSION_TOPIC_ID_ERROR", Retriable),
        new(ErrorCode.IneligibleReplica, "INELIGIBLE_REPLICA"),
        new(ErrorCode.NewLeaderElected, "NEW_LEADER_ELECTED"),
        new(ErrorCode.OffsetMovedToTieredStorage, "OFFSET_MOVED_TO_TIERED_STORAGE"),
        new(ErrorCode.FencedMemberEpoch, "FENCED_MEMBER_EPOCH"),
        new(ErrorCode.UnreleasedInstanceId, "UNRELEASED_INSTANCE_ID"),
        new(ErrorCode.UnsupportedAssignor, "UNSUPPORTED_ASSIGNOR"),
        new(ErrorCode.StaleMemberEpoch, "STALE_MEMBER_EPOCH"),
        new(ErrorCode.MismatchedEndpointType, "MISMATCHED_ENDPOINT_TYPE"),
        new(ErrorCode.UnsupportedEndpointType, "UNSUPPORTED_ENDPOINT_TYPE"),
        new(ErrorCode.UnknownControllerId, "UNKNOWN_CONTROLLER_ID"),
        new(ErrorCode.UnknownSubscriptionId, "UNKNOWN_SUBSCRIPTION_ID"),
        new(ErrorCode.TelemetryTooLarge, "TELEMETRY_TOO_LARGE"),
        new(ErrorCode.InvalidRegistration, "INVALID_REGISTRATION"),
        new(ErrorCode.TransactionAbortable, "TRANSACTION_ABORTABLE"),
        new(ErrorCode.InvalidRecordState, "INVALID_RECORD_STATE"),
        new(ErrorCode.ShareSessionNotFound, "SHARE_SESSION_NOT_FOUND", Retriable),
        new(ErrorCode.InvalidShareSessionEpoch, "INVALID_SHARE_SESSION_EPOCH", Retriable),
        new(ErrorCode.FencedStateEpoch, "FENCED_STATE_EPOCH"),
        new(ErrorCode.InvalidVoterKey, "INVALID_VOTER_KEY"),
        new(ErrorCode.DuplicateVoter, "DUPLICATE_VOTER"),
        new(ErrorCode.VoterNotFound, "VOTER_NOT_FOUND"),
        new(ErrorCode.InvalidRegularExpression, "INVALID_REGULAR_EXPRESSION"),
        new(ErrorCode.RebootstrapRequired, "REBOOTSTRAP_REQUIRED"),
        new(ErrorCode.StreamsInvalidTopology, "STREAMS_INVALID_TOPOLOGY"),
        new(ErrorCode.StreamsInvalidTopologyEpoch, "STREAMS_INVALID_TOPOLOGY_EPOCH"),
        new(ErrorCode.StreamsTopologyFenced, "STREAMS_TOPOLOGY_FENCED"),
        new(ErrorCode.ShareSessionLimitReached, "SHARE_SESSION_LIMIT_REACHED", Retriable),
    ];

    /// <summary>What the client should make of an error.</summary>
    public enum Meaning
    {
        /// <summary>This request failed; whether to go on is the caller's decision.</summary>
        Failed,

        /// <summary>The same request may succeed later.</summary>
        Retriable,

        /// <summary>The same request may succeed later, at the leader that fresh metadata names.</summary>
        NewMetadata,

        /// <summary>No request of this producer or member, or none with these settings and rights, will succeed.</summary>
        Fatal,
    }

    /// <summary>Kafka's name, such as NOT_LEADER_OR_FOLLOWER; for a number that 4.3.1 does not know, the number.</summary>
    public static string Name(this ErrorCode code) =>
        Find(code)?.Name ?? ((short)code).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The same request may succeed later (RetriableException).</summary>
    public static bool IsRetriable(this ErrorCode code) => Find(code)?.Meaning is Retriable or NewMetadata;

    /// <summary>The partition's leader, or the topic, is not where the metadata said (InvalidMetadataException).</summary>
    public static bool NeedsNewMetadata(this ErrorCode code) => Find(code)?.Meaning is NewMetadata;

    /// <summary>
    /// No later request of the same producer or member will do better (ApplicationRecoverableException), or none without other settings or
    /// rights (InvalidConfigurationException).
    /// </summary>
    public static bool IsFatal(this ErrorCode code) => Find(code)?.Meaning is Fatal;

    private static Error? Find(ErrorCode code)
    {
        var index = (int)code + 1;
        return (uint)index < (uint)Table.Length ? Table[index] : null;
    }

    private sealed record Error(ErrorCode Code, string Name, Meaning Meaning = Failed);
}
