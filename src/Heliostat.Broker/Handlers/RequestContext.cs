using Heliostat.Broker.Brokers;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Server;

namespace Heliostat.Broker.Handlers;

/// <summary>Where a request came from, and who asks.</summary>
internal sealed class RequestContext(
    ClusterState cluster, BrokerNode broker, FramedServerConnection connection, Api api, RequestHeader header, Frame requestOwned)
{
    private Frame? _requestOwned = requestOwned;

    public ClusterState Cluster { get; } = cluster;

    public BrokerNode Broker { get; } = broker;

    public FramedServerConnection Connection { get; } = connection;

    public Api Api { get; } = api;

    public short Version { get; } = header.RequestApiVersion;

    public int CorrelationId { get; } = header.CorrelationId;

    /// <summary>The bytes of the frame before the request's body.</summary>
    public required int HeaderBytes { get; init; }

    public string ClientId { get; } = header.ClientId ?? "";

    /// <summary>Who asks, as access rules name them.</summary>
    public string Principal => $"User:{User}";

    /// <summary>Who asks, as quotas name them.</summary>
    public string User => Peer.Login.User;

    public required ConnectedPeer Peer { get; init; }

    /// <summary>The port that it came in by: answers name the others' ports of the same listener.</summary>
    public required EmbeddedListener Listener { get; init; }

    /// <summary>From where they ask, as access rules name it.</summary>
    public string Host => Connection.RemoteEndPoint.Address.ToString();

    /// <summary>Memory that the answer is sent from; it is given back when it was.</summary>
    public Frame? AnswerOwned { get; set; }

    public long NowMs => Cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Gives back the memory that the request came in, before a wait for others: nothing of it may be used any more.</summary>
    public void ReleaseRequest()
    {
        _requestOwned?.Dispose();
        _requestOwned = null;
    }

    /// <summary>Whether the principal may do this to this resource.</summary>
    public bool IsAllowed(AclOperation operation, ResourceType type, string name) =>
        !Cluster.Authorizer.IsEnforced || Cluster.Authorizer.IsAllowed(Principal, Host, operation, type, name);

    /// <summary>Whether this broker may serve a request for this group.</summary>
    public ErrorCode CheckGroup(string groupId, AclOperation operation)
    {
        if (groupId.Length == 0 && operation is not (AclOperation.Describe or AclOperation.Delete) && Api.Key is not ApiKey.OffsetCommit)
            return ErrorCode.InvalidGroupId;
        if (!IsAllowed(operation, ResourceType.Group, groupId)) return ErrorCode.GroupAuthorizationFailed;
        return Cluster.Coordinator(groupId) == Broker ? ErrorCode.None : ErrorCode.NotCoordinator;
    }

    /// <summary>What the principal may do to this resource, as a set of bits by operation (KIP-430).</summary>
    public int AuthorizedOperations(ResourceType type, string name)
    {
        var operations = 0;
        foreach (var operation in AclOperations.Of(type))
        {
            if (IsAllowed(operation, type, name)) operations |= 1 << (int)operation;
        }

        return operations;
    }

    /// <summary>Whether this broker may serve a producer's request for this transactional id.</summary>
    public ErrorCode CheckTransactionalId(string id)
    {
        if (id.Length == 0) return ErrorCode.InvalidRequest;
        if (!IsAllowed(AclOperation.Write, ResourceType.TransactionalId, id)) return ErrorCode.TransactionalIdAuthorizationFailed;
        return Cluster.Coordinator(id) == Broker ? ErrorCode.None : ErrorCode.NotCoordinator;
    }

    /// <summary>Whether there may be a topic that the principal may write to: it may then have a producer id (KIP-679).</summary>
    public bool MayWriteSomewhere() => Cluster.Authorizer.IsAllowedSomewhere(Principal, Host, AclOperation.Write, ResourceType.Topic);

    /// <summary>Counts bytes against the client's quota; the time that it must be silent, in milliseconds.</summary>
    public int Throttle(string key, long byteCount)
    {
        if (Cluster.Quotas.Find(User, ClientId, key) is not { } rate) return 0;

        var silence = Cluster.QuotaMeter.Record(User, ClientId, key, rate, byteCount);
        Connection.Mute(silence);
        return (int)silence.TotalMilliseconds;
    }
}
