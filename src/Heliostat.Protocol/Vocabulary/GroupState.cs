namespace Heliostat.Protocol.Vocabulary;

/// <summary>
/// Where a group stands, by the names that brokers send (GroupState): those of the classic protocol, then those of the consumer protocol
/// (KIP-848).
/// </summary>
public enum GroupState
{
    Unknown,

    /// <summary>It has no members. Its positions are there, and anybody may set them.</summary>
    Empty,

    /// <summary>Its members are to join.</summary>
    PreparingRebalance,

    /// <summary>All have joined; the leader's assignment is awaited.</summary>
    CompletingRebalance,
    Stable,

    /// <summary>There is no such group, or no more.</summary>
    Dead,
    Assigning,
    Reconciling,

    /// <summary>A streams group lacks topics (KIP-1071).</summary>
    NotReady,
}
