using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Asks a leader for record batches, fully or within a session (KIP-227).</summary>
public sealed class FetchRequest : IRequest<FetchResponse>
{
    public int ReplicaId = -1;
    public int MaxWaitMs;
    public int MinBytes;
    public int MaxBytes = int.MaxValue;
    public IsolationLevel IsolationLevel;
    public int SessionId;
    public int SessionEpoch = -1;
    public readonly Rows<FetchTopic> Topics = new();
    public readonly Rows<ForgottenTopic> ForgottenTopicsData = new();
    public string RackId = "";
    public string? ClusterId;
    public ReplicaState? ReplicaState;

    public Api Api => Api.Fetch;

    public short MinVersion
    {
        get
        {
            if (ReplicaState is not null) return 15;
            foreach (var topic in Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    if (partition.LastFetchedEpoch != -1) return 12;
                }
            }

            return (short)(ForgottenTopicsData.Count > 0 ? 7 : 0);
        }
    }

    /// <summary>12 while a topic has no id.</summary>
    public short MaxVersion
    {
        get
        {
            foreach (var topic in Topics)
            {
                if (topic.TopicId == Guid.Empty) return 12;
            }

            foreach (var topic in ForgottenTopicsData)
            {
                if (topic.TopicId == Guid.Empty) return 12;
            }

            return short.MaxValue;
        }
    }

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 14) w.Int32(ref ReplicaId);
        w.Int32(ref MaxWaitMs);
        w.Int32(ref MinBytes);
        if (w.Version >= 3) w.Int32(ref MaxBytes);
        if (w.Version >= 4) w.Enum8(ref IsolationLevel);
        if (w.Version >= 7) w.Int32(ref SessionId);
        if (w.Version >= 7) w.Int32(ref SessionEpoch);
        w.Rows(Topics);
        if (w.Version >= 7) w.Rows(ForgottenTopicsData);
        if (w.Version >= 11) w.String(ref RackId);
        if (w.Tag(0, ref ClusterId, absent: null)) w.NullableString(ref ClusterId);
        if (w.Version >= 15) w.TaggedStruct(1, ref ReplicaState);
    }
}

/// <summary>Named by name to version 12, by id from 13 (KIP-516): a caller that may send both fills both.</summary>
public sealed class FetchTopic : IBody
{
    public string Topic = "";
    public Guid TopicId;
    public readonly Rows<FetchPartition> Partitions = new();

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 12) w.String(ref Topic);
        if (w.Version >= 13) w.Uuid(ref TopicId);
        w.Rows(Partitions);
    }
}

public sealed class FetchPartition : IBody
{
    public int Partition;
    public int CurrentLeaderEpoch = -1;
    public long FetchOffset;
    public int LastFetchedEpoch = -1;
    public long LogStartOffset = -1;
    public int PartitionMaxBytes;
    public Guid ReplicaDirectoryId;
    public long HighWatermark = long.MaxValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref Partition);
        if (w.Version >= 9) w.Int32(ref CurrentLeaderEpoch);
        w.Int64(ref FetchOffset);
        if (w.Version >= 12) w.Int32(ref LastFetchedEpoch);
        if (w.Version >= 5) w.Int64(ref LogStartOffset);
        w.Int32(ref PartitionMaxBytes);
        if (w.Version >= 17 && w.Tag(0, ref ReplicaDirectoryId, absent: Guid.Empty)) w.Uuid(ref ReplicaDirectoryId);
        if (w.Version >= 18 && w.Tag(1, ref HighWatermark, absent: long.MaxValue)) w.Int64(ref HighWatermark);
    }
}

/// <summary>Partitions that leave the session.</summary>
public sealed class ForgottenTopic : IBody
{
    public string Topic = "";
    public Guid TopicId;
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 12) w.String(ref Topic);
        if (w.Version >= 13) w.Uuid(ref TopicId);
        w.Int32Array(ref Partitions);
    }
}

/// <summary>Who fetches, when it is a replica (KIP-903).</summary>
public sealed class ReplicaState : IBody
{
    public int ReplicaId = -1;
    public long ReplicaEpoch = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ReplicaId);
        w.Int64(ref ReplicaEpoch);
    }
}

/// <summary>Record batches by partition. Versions 0 to 3 may hold message formats 0 and 1 only.</summary>
public sealed class FetchResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public int SessionId;
    public readonly Rows<FetchableTopicResponse> Responses = new();
    public readonly Rows<NodeEndpoint> NodeEndpoints = new();

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        if (w.Version >= 7) w.Error(ref ErrorCode);
        if (w.Version >= 7) w.Int32(ref SessionId);
        w.Rows(Responses);
        if (w.Version >= 16) w.TaggedRows(0, NodeEndpoints);
    }
}

public sealed class FetchableTopicResponse : IBody
{
    public string Topic = "";
    public Guid TopicId;
    public readonly Rows<PartitionData> Partitions = new();

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 12) w.String(ref Topic);
        if (w.Version >= 13) w.Uuid(ref TopicId);
        w.Rows(Partitions);
    }
}

/// <summary>One partition: its marks and its batches, the last of which may be cut off by the size limit.</summary>
public sealed class PartitionData : IBody
{
    public int PartitionIndex;
    public ErrorCode ErrorCode;
    public long HighWatermark;
    public long LastStableOffset = -1;
    public long LogStartOffset = -1;

    /// <summary>Null on the wire is read as empty.</summary>
    public readonly Rows<AbortedTransaction> AbortedTransactions = new();
    public int PreferredReadReplica = -1;
    public Memory<byte> Records;
    public FetchEpochEndOffset? DivergingEpoch;
    public LeaderIdAndEpoch? CurrentLeader;
    public SnapshotId? SnapshotId;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Error(ref ErrorCode);
        w.Int64(ref HighWatermark);
        if (w.Version >= 4) w.Int64(ref LastStableOffset);
        if (w.Version >= 5) w.Int64(ref LogStartOffset);
        if (w.Version >= 4) w.NullableRows(AbortedTransactions);
        if (w.Version >= 11) w.Int32(ref PreferredReadReplica);
        w.Records(ref Records);
        w.TaggedStruct(0, ref DivergingEpoch);
        w.TaggedStruct(1, ref CurrentLeader);
        w.TaggedStruct(2, ref SnapshotId);
    }
}

/// <summary>An aborted transaction with batches in this answer; listed for read_committed.</summary>
public sealed class AbortedTransaction : IBody
{
    public long ProducerId;
    public long FirstOffset;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int64(ref ProducerId);
        w.Int64(ref FirstOffset);
    }
}

/// <summary>Kafka: EpochEndOffset. Where the leader's log parts from the fetcher's (KIP-595).</summary>
public sealed class FetchEpochEndOffset : IBody
{
    public int Epoch = -1;
    public long EndOffset = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref Epoch);
        w.Int64(ref EndOffset);
    }
}

/// <summary>The snapshot to fetch instead of the log; metadata quorum only.</summary>
public sealed class SnapshotId : IBody
{
    public long EndOffset = -1;
    public int Epoch = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int64(ref EndOffset);
        w.Int32(ref Epoch);
    }
}
