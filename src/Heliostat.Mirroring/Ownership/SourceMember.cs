using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Sharing;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Ownership;

/// <summary>A member of the source's group: what is assigned to it is its holder's.</summary>
internal sealed class SourceMember : IGroupListener
{
    private readonly Subscription _subscription;
    private ILaneHolder? _holder;

    /// <param name="source">Knows all topics of the source.</param>
    /// <param name="options">The group, and how to be a member.</param>
    /// <param name="selection">Which topics are mirrored.</param>
    /// <param name="naming">What they are called on the target.</param>
    /// <param name="scope">The flow's.</param>
    public SourceMember(KafkaClient source, GroupOptions options, TopicSelection selection, NamingOptions naming, FlowScope scope)
    {
        Group = new ConsumerGroup(source, options, this, scope.Time, scope.Loggers);
        Lease = new Lease(options.SessionTimeout, () => Group.RenewedAt, scope.Time);
        _subscription = new Subscription(source, Group, selection, naming, scope.Logger);
    }

    /// <summary>Where its positions are committed.</summary>
    public ConsumerGroup Group { get; }

    /// <summary>
    /// Whether anything may be written now: not after this process stood still, until the group says that it is counted in all the same.
    /// </summary>
    public Lease Lease { get; }

    private ILaneHolder Holder => _holder ?? throw new InvalidOperationException("the member does not run");

    /// <summary>Takes part until <paramref name="ct"/> is cancelled, then gives its partitions back and leaves.</summary>
    public async Task RunAsync(ILaneHolder holder, CancellationToken ct)
    {
        _holder = holder;

        // Lanes are given back under the lease.
        using var left = new CancellationTokenSource();
        var ticking = Lease.RunAsync(left.Token);
        try
        {
            await LoopEnds.FirstEndsAllAsync([Group.RunAsync, _subscription.RunAsync], ct);
        }
        finally
        {
            await left.CancelSoonAsync();
            await ticking.SettleAsync();
        }
    }

    public ValueTask AssignedAsync(IReadOnlyList<TopicPartition> added, int generation, CancellationToken ct)
    {
        // Who runs goes on until it is told otherwise, whether the coordinator answers or not.
        Lease.Hold(isAlone: true);
        Holder.Own(added);
        return ValueTask.CompletedTask;
    }

    public async ValueTask RevokedAsync(IReadOnlyList<TopicPartition> removed, CancellationToken ct) =>
        await Holder.RevokeAsync(removed, ct);

    public async ValueTask LostAsync(IReadOnlyList<TopicPartition> lost, CancellationToken ct)
    {
        Lease.Lose();
        await Holder.LoseAsync(lost, ct);
    }
}
