namespace Heliostat.Client.Membership;

/// <summary>
/// What a <see cref="WorkGroup"/> shares out, and who does it here. Calls come from the group's loop one at a time, but for
/// <see cref="AloneAsync"/>, which comes while a first join is under way. They must be short: work that is taken up or given up goes on
/// beside them.
/// </summary>
public interface IWorker
{
    /// <summary>The protocol type: members of another one are refused.</summary>
    string ProtocolType { get; }

    /// <summary>The protocol's name; members that offer no common one are refused.</summary>
    string Protocol { get; }

    /// <summary>What this member says of itself now; asked before each join.</summary>
    byte[] Offer();

    /// <summary>
    /// Work is about to change hands: who is told late of a rebalance holds it up, so this member asks the coordinator more often.
    /// </summary>
    bool IsMoving { get; }

    /// <summary>
    /// The member of this offer cannot be there any more, whatever the coordinator believes: it is put out of the group, which would wait
    /// for its session otherwise. Asked before the first join.
    /// </summary>
    bool IsGone(ReadOnlyMemory<byte> offer);

    /// <summary>
    /// The member is about to stop. True where others are to be told before it gives anything up, so that they are ready when it has.
    /// </summary>
    bool IsToBeAnnounced();

    /// <summary>Everybody's shares, by member; asked of the leader alone.</summary>
    /// <param name="offers">What each member said of itself, by its id.</param>
    /// <param name="self">Whose offer may be older than what it knows now.</param>
    IReadOnlyDictionary<string, byte[]> Assign(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> offers, string self);

    /// <summary>
    /// The group has no other member yet, and whoever comes will find this one there: it may begin before the first generation does.
    /// </summary>
    ValueTask AloneAsync(CancellationToken ct);

    /// <summary>
    /// A generation has begun with this share. What it lacks is to be given up, and <see cref="WorkGroup.Rejoin"/> to be called then.
    /// </summary>
    ValueTask ShareAsync(ReadOnlyMemory<byte> share, bool leads, CancellationToken ct);

    /// <summary>
    /// Everything may be another's already: nothing more is to be written for it. What it throws ends the membership; otherwise the member
    /// joins again.
    /// </summary>
    ValueTask LoseAsync();

    /// <summary>The member stops: gives up everything, in order. It leaves the group when this has ended.</summary>
    ValueTask GiveUpAsync();

    /// <summary>What is wrong where the group has members of another protocol type.</summary>
    /// <param name="protocolType">Theirs.</param>
    /// <param name="clients">Some of their client ids.</param>
    string Explain(string protocolType, string clients);
}
