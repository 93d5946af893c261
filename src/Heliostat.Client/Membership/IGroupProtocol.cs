using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Membership;

/// <summary>What the members of a group say to each other through the coordinator, which does not read it.</summary>
internal interface IGroupProtocol
{
    /// <summary>The protocol type: members of another one are refused.</summary>
    string Type { get; }

    /// <summary>What this member says of itself now, in each of the protocols that it offers.</summary>
    List<JoinGroupRequestProtocol> Offer();

    /// <summary>Everybody's shares; asked of the group's leader alone.</summary>
    ValueTask<List<SyncGroupRequestAssignment>> AssignAsync(JoinGroupResponse join, CancellationToken ct);

    /// <summary>What the group would not have, in words by which its operator finds the cause.</summary>
    ValueTask<KafkaErrorException> ExplainAsync(ErrorCode refusal, CancellationToken ct);
}
