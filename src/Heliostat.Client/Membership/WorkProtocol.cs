using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Membership;

/// <summary>What a <see cref="WorkGroup"/>'s members say to each other: as its worker writes it.</summary>
internal sealed class WorkProtocol(IMemberCluster cluster, MemberOptions options, IWorker worker) : IGroupProtocol
{
    public string Type => worker.ProtocolType;

    public List<JoinGroupRequestProtocol> Offer() => [new JoinGroupRequestProtocol { Name = worker.Protocol, Metadata = worker.Offer() }];

    public ValueTask<List<SyncGroupRequestAssignment>> AssignAsync(JoinGroupResponse join, CancellationToken ct)
    {
        var shares = worker.Assign(join.Members.ToDictionary(member => member.MemberId,
            member => (ReadOnlyMemory<byte>)member.Metadata.ToArray()), join.MemberId);
        return ValueTask.FromResult<List<SyncGroupRequestAssignment>>(
            [.. shares.Select(share => new SyncGroupRequestAssignment { MemberId = share.Key, Assignment = share.Value })]);
    }

    public ValueTask<KafkaErrorException> ExplainAsync(ErrorCode refusal, CancellationToken ct) => MemberRefusal.ExplainAsync(
        cluster, options, refusal, (group, clients) => group.ProtocolType != Type ? worker.Explain(group.ProtocolType, clients) : null,
        "it has members of another kind", ct);
}
