using Heliostat.Client;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Ownership;

/// <summary>One process has every lane. They are shared out among its holders, and stay where they are.</summary>
internal sealed class Everything : IOwnership
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, ILaneHolder> _owners = [];
    private IReadOnlyList<ILaneHolder> _holders = [];

    public async Task RunAsync(IReadOnlyList<ILaneHolder> holders, CancellationToken stop, CancellationToken abort)
    {
        lock (_gate)
        {
            _holders = holders;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).SettleAsync();
        lock (_gate)
        {
            _holders = [];
        }

        await Settling.AllAsync(holders.Select(holder => holder.RevokeAsync(holder.Owned, abort)));
    }

    /// <summary>Gives each of these that nobody has to the holder that has the fewest; none once all are being taken back.</summary>
    public void Give(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in _holders.Count == 0 ? [] : partitions.Where(partition => !_owners.ContainsKey(partition)))
            {
                var holder = _holders.MinBy(holder => holder.Count)!;
                _owners.Add(partition, holder);
                holder.Own([partition]);
            }
        }
    }

    /// <summary>Its holder has given it up by itself.</summary>
    public void Forget(TopicPartition partition)
    {
        lock (_gate)
        {
            _owners.Remove(partition);
        }
    }

    /// <summary>Takes partitions back that are not to be mirrored any more.</summary>
    public async Task TakeAsync(IEnumerable<TopicPartition> partitions, CancellationToken ct)
    {
        List<IGrouping<ILaneHolder, TopicPartition>> byHolder;
        lock (_gate)
        {
            byHolder = [.. partitions.Where(_owners.ContainsKey).GroupBy(partition => _owners[partition])];
        }

        await Settling.AllAsync(byHolder.Select(taken => taken.Key.RevokeAsync([.. taken], ct)));
        lock (_gate)
        {
            foreach (var partition in byHolder.SelectMany(taken => taken))
            {
                _owners.Remove(partition);
            }
        }
    }
}
