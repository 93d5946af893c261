using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeUserScramCredentials 0 (KIP-554): mechanisms and iterations, no secrets.</summary>
internal sealed class DescribeUserScramCredentialsHandler
    : ApiHandler<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>
{
    protected override ValueTask<DescribeUserScramCredentialsResponse?> HandleAsync(
        DescribeUserScramCredentialsRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        var byUser = context.Cluster.Users.Scram.ToLookup(credential => credential.Key.User, StringComparer.Ordinal);
        var asked = request.Users is { Count: > 0 } users
            ? users.ConvertAll(user => user.Name)
            : [.. byUser.Select(user => user.Key).Order(StringComparer.Ordinal)];
        return new(new DescribeUserScramCredentialsResponse
        {
            ErrorMessage = null,
            Results =
            [
                .. asked.CountBy(user => user).Select(user => user.Value > 1
                    ? Refused(user.Key, ErrorCode.DuplicateResource,
                        $"Cannot describe SCRAM credentials for the same user twice in a single request: {user.Key}")
                    : !byUser.Contains(user.Key) ? Refused(user.Key, ErrorCode.ResourceNotFound,
                        $"Attempt to describe a user credential that does not exist: {user.Key}")
                    : new DescribeUserScramCredentialsResult
                    {
                        User = user.Key,
                        ErrorMessage = null,
                        CredentialInfos =
                        [
                            .. byUser[user.Key].OrderBy(credential => credential.Key.Mechanism)
                                .Select(credential => new CredentialInfo
                                {
                                    Mechanism = credential.Key.Mechanism,
                                    Iterations = credential.Value.Iterations
                                }),
                        ],
                    }),
            ],
        });
    }

    protected override DescribeUserScramCredentialsResponse Refuse(DescribeUserScramCredentialsRequest request, RequestContext context,
        ErrorCode error) =>
            new() { ErrorCode = error, ErrorMessage = error.Name() };

    private static DescribeUserScramCredentialsResult Refused(string user, ErrorCode error, string message) =>
        new() { User = user, ErrorCode = error, ErrorMessage = message };
}
