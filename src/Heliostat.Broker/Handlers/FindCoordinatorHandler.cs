using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>FindCoordinator 0 to 6: groups and transactional ids, spread over the running brokers by their hash.</summary>
internal sealed class FindCoordinatorHandler : ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    protected override ValueTask<FindCoordinatorResponse?> HandleAsync(FindCoordinatorRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, context.Version, key => Find(request.KeyType, key, context)));

    protected override FindCoordinatorResponse Refuse(FindCoordinatorRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, context.Version, key => Refused(key, error));

    private static FindCoordinatorResponse Answer(FindCoordinatorRequest request, short version, Func<string, Coordinator> find)
    {
        if (version >= 4) return new FindCoordinatorResponse { Coordinators = [.. request.CoordinatorKeys.Select(find)] };

        var found = find(request.Key);
        return new FindCoordinatorResponse
        {
            ErrorCode = found.ErrorCode,
            ErrorMessage = found.ErrorMessage is { Length: > 0 } message ? message : found.ErrorCode.Name(),
            NodeId = found.NodeId,
            Host = found.Host,
            Port = found.Port,
        };
    }

    private static Coordinator Find(CoordinatorType type, string key, RequestContext context)
    {
        if (type is not (CoordinatorType.Group or CoordinatorType.Transaction))
            return Refused(key, ErrorCode.InvalidRequest, ErrorMessages.InvalidRequest);

        var resource = type == CoordinatorType.Group ? ResourceType.Group : ResourceType.TransactionalId;
        if (!context.IsAllowed(AclOperation.Describe, resource, key))
            return Refused(key,
                type == CoordinatorType.Group ? ErrorCode.GroupAuthorizationFailed : ErrorCode.TransactionalIdAuthorizationFailed);

        return context.Cluster.Coordinator(key) is { } broker
            ? new Coordinator { Key = key, NodeId = broker.Id, Host = broker.Host, Port = broker.PortOf(context.Listener) }
            : Refused(key, ErrorCode.CoordinatorNotAvailable);
    }

    private static Coordinator Refused(string key, ErrorCode error, string? message = null) =>
        new() { Key = key, NodeId = -1, Port = -1, ErrorCode = error, ErrorMessage = message ?? "" };
}
