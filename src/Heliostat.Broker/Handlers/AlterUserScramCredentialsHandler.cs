using Heliostat.Broker.Authentication;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// AlterUserScramCredentials 0 (KIP-554), with the checks of ScramControlManager: a user once in a request, and what fails changes nothing
/// of that user.
/// </summary>
internal sealed class AlterUserScramCredentialsHandler : ApiHandler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>
{
    private const string Twice = "A user credential cannot be altered twice in the same request";
    private const string Nameless = "Username must not be empty";

    protected override ValueTask<AlterUserScramCredentialsResponse?> HandleAsync(
        AlterUserScramCredentialsRequest request, RequestContext context, CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Alter, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        var twice = Names(request)
            .CountBy(name => name).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet(StringComparer.Ordinal);
        var users = context.Cluster.Users;
        return new(new AlterUserScramCredentialsResponse
        {
            Results =
            [
                .. twice.Select(name => Result(name, ErrorCode.DuplicateResource, Twice)),
                .. request.Deletions.Where(deletion => !twice.Contains(deletion.Name)).Select(deletion => Delete(deletion, users)),
                .. request.Upsertions.Where(upsertion => !twice.Contains(upsertion.Name)).Select(upsertion => Upsert(upsertion, users)),
            ],
        });
    }

    protected override AlterUserScramCredentialsResponse Refuse(AlterUserScramCredentialsRequest request, RequestContext context,
        ErrorCode error) =>
            new() { Results = [.. Names(request).Distinct(StringComparer.Ordinal).Select(name => Result(name, error, error.Name()))] };

    private static IEnumerable<string> Names(AlterUserScramCredentialsRequest request) =>
        request.Deletions.Select(deletion => deletion.Name).Concat(request.Upsertions.Select(upsertion => upsertion.Name));

    private static AlterUserScramCredentialsResult Delete(ScramCredentialDeletion deletion, UserStore users)
    {
        if (ScramMechanism.Of(deletion.Mechanism) is not { } mechanism) return UnknownMechanism(deletion.Name);
        if (deletion.Name.Length == 0) return Result(deletion.Name, ErrorCode.UnacceptableCredential, Nameless);
        if (!users.Scram.ContainsKey((deletion.Name, deletion.Mechanism)))
            return Result(deletion.Name, ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist");

        users.Alter(deletion.Name, mechanism, null);
        return Result(deletion.Name, ErrorCode.None, null);
    }

    private static AlterUserScramCredentialsResult Upsert(ScramCredentialUpsertion upsertion, UserStore users)
    {
        if (ScramMechanism.Of(upsertion.Mechanism) is not { } mechanism) return UnknownMechanism(upsertion.Name);
        if (upsertion.Name.Length == 0) return Result(upsertion.Name, ErrorCode.UnacceptableCredential, Nameless);
        if (upsertion.Iterations < ScramMechanism.FewestIterations)
            return Result(upsertion.Name, ErrorCode.UnacceptableCredential, "Too few iterations");
        if (upsertion.Iterations > ScramMechanism.MostIterations)
            return Result(upsertion.Name, ErrorCode.UnacceptableCredential, "Too many iterations");

        users.Alter(upsertion.Name, mechanism,
            ScramCredential.Of(upsertion.SaltedPassword.ToArray(), upsertion.Salt.ToArray(), upsertion.Iterations, mechanism.Hash));
        return Result(upsertion.Name, ErrorCode.None, null);
    }

    private static AlterUserScramCredentialsResult UnknownMechanism(string user) =>
        Result(user, ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism");

    private static AlterUserScramCredentialsResult Result(string user, ErrorCode error, string? message) =>
        new() { User = user, ErrorCode = error, ErrorMessage = message };
}
