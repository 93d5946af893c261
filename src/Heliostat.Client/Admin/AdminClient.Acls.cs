using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>Access rules.</remarks>
public sealed partial class AdminClient
{
    /// <summary>The access rules that match <paramref name="filter"/>; a cluster without an authorizer answers SECURITY_DISABLED.</summary>
    public ValueTask<DescribeAclsResponse> DescribeAclsAsync(DescribeAclsRequest filter, CancellationToken ct) =>
        client.CallAnyAsync(filter, ct);

    /// <summary>Adds access rules; the results are in their order.</summary>
    public async ValueTask<IReadOnlyList<AclCreationResult>> CreateAclsAsync(IReadOnlyList<AclCreation> creations, CancellationToken ct) =>
        (await client.CallControllerAsync(
            new CreateAclsRequest { Creations = [.. creations] }, r => FirstOf(r.Results.Select(x => x.ErrorCode)), ct)).Results;

    /// <summary>Removes the access rules that match any of the filters; the results are in the order of the filters.</summary>
    public async ValueTask<IReadOnlyList<DeleteAclsFilterResult>> DeleteAclsAsync(IReadOnlyList<DeleteAclsFilter> filters,
        CancellationToken ct) =>
            (await client.CallControllerAsync(
                new DeleteAclsRequest { Filters = [.. filters] }, r => FirstOf(r.FilterResults.Select(x => x.ErrorCode)),
                ct)).FilterResults;
}
