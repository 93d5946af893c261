using Heliostat.Client.Membership;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>A member's life in one generation: takes its share, waits for a reason to rejoin, gives up what it must before.</summary>
internal sealed partial class GroupGeneration(
    IGroupCluster cluster, GroupOptions options, MemberState member, GroupCallbacks callbacks, TimeProvider time, ILogger logger)
{
    private readonly bool _cooperative = options.Assignors.All(a => a.SupportsCooperative);

    private HeartbeatLoop? _beats;

    /// <inheritdoc cref="ConsumerGroup.RenewedAt"/>
    public long RenewedAt => Volatile.Read(ref _beats)?.RenewedAt ?? long.MinValue;

    /// <summary>
    /// Ends when the member may rejoin, has lost its membership (the code says why), or is to stop and has given up everything.
    /// </summary>
    public async Task<ErrorCode?> RunAsync(JoinedGeneration joined, CancellationToken ct)
    {
        using var heartbeats = new HeartbeatLoop(cluster, options.Member, member, time, logger) { RenewedAt = joined.AskedAt };
        using var ending = new CancellationTokenSource();
        Volatile.Write(ref _beats, heartbeats);
        var beating = joined.IsAlone ? Task.CompletedTask : heartbeats.RunAsync(ending.Token);
        var watching = joined.Counts is null ? Task.CompletedTask : WatchMetadataAsync(joined.Counts.Version, ending.Token);
        try
        {
            await TakeAssignmentAsync(joined, heartbeats.Lost, ct);
            await WaitForReasonAsync(joined, heartbeats, ct);
            if (heartbeats.Failure is null)
            {
                await GiveUpAsync(_cooperative || joined.IsAlone, heartbeats.Lost, ct);
            }
        }
        finally
        {
            await ending.CancelSoonAsync();
            await beating;
            await watching;
        }

        return heartbeats.Failure;
    }

    private async Task TakeAssignmentAsync(JoinedGeneration joined, CancellationToken lost, CancellationToken ct)
    {
        var topics = joined.Topics.ToHashSet();
        List<TopicPartition> assigned = [.. joined.Assignment.Where(p => topics.Contains(p.Topic))];
        List<TopicPartition> revoked = [.. member.Owned.Except(assigned)];
        List<TopicPartition> added = [.. assigned.Except(member.Owned)];
        member.LastAssignment = assigned;
        member.LastGeneration = member.Generation;
        member.Reason = "";
        member.Membership = new GroupMembership
        {
            MemberId = member.MemberId,
            Generation = member.Generation,
            Protocol = joined.Assignor.Name,
            IsLeader = joined.IsLeader,
            Topics = joined.Topics,
            Assigned = assigned,
            Owned = member.Owned,
        };
        Log.Joined(
            logger, cluster.Name, options.GroupId, member.Generation, joined.IsAlone ? "itself alone" : member.MemberId, assigned.Count,
            added.Count, revoked.Count);
        if (revoked.Count > 0)
        {
            // What must move goes on to its new owner in the next generation only (KIP-429).
            await callbacks.RevokeAsync(revoked, lost, ct);
            member.Reason = "need to revoke partitions and re-join";
        }

        if (lost.IsCancellationRequested || ct.IsCancellationRequested)
        {
            return;
        }

        member.Own(assigned);
        await callbacks.AssignAsync(added, member.Generation, lost, ct);
    }

    private async Task WaitForReasonAsync(JoinedGeneration joined, HeartbeatLoop heartbeats, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested && !heartbeats.HasEnded && member.Reason.Length == 0)
        {
            member.Reason =
                heartbeats.RebalanceAsked ? "group is already rebalancing"
                : !member.Topics!.SequenceEqual(joined.Topics) ? "subscription has changed"
                : joined.Counts is { } counts && !cluster.CountPartitions(counts.Topics).SameAs(counts) ? "cached metadata has changed"
                : "";
            if (member.Reason.Length == 0)
            {
                await member.WaitAsync(ct);
            }
        }

        if (member.Reason.Length > 0)
        {
            Log.Rejoining(logger, cluster.Name, options.GroupId, member.Reason);
        }
    }

    /// <summary>
    /// Before a rejoin an eager member gives up everything, a cooperative one what it is not subscribed to any more; before a stop, each
    /// gives up all.
    /// </summary>
    private async Task GiveUpAsync(bool keeps, CancellationToken lost, CancellationToken ct)
    {
        var kept = keeps && !ct.IsCancellationRequested ? member.Topics!.ToHashSet() : [];
        List<TopicPartition> removed = [.. member.Owned.Where(p => !kept.Contains(p.Topic))];
        await callbacks.RevokeAsync(removed, lost, ct);
        if (!lost.IsCancellationRequested)
        {
            member.Own([.. member.Owned.Except(removed)]);
        }
    }

    /// <summary>The leader looks after the topics of the whole group: new metadata may ask for another assignment.</summary>
    private async Task WatchMetadataAsync(long version, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await cluster.WaitForMetadataAsync(version, ct);
                version = cluster.CountPartitions([]).Version;
                member.Wake();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The generation is over.
        }
    }
}
