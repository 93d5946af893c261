using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Ownership;

/// <summary>Lanes that this process is to have, each at the holder that it is meant for.</summary>
/// <param name="place">Which of the holders a lane is for, where there are several: one has all.</param>
internal sealed class Everything(Func<TopicPartition, int> place) : IOwnership
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, ILaneHolder> _owners = [];
    private IReadOnlyList<ILaneHolder> _holders = [];

    /// <summary>There are holders to give lanes to.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_gate)
            {
                return _holders.Count > 0;
            }
        }
    }

    /// <summary>All lanes that holders were given.</summary>
    public IReadOnlyList<TopicPartition> Given
    {
        get
        {
            lock (_gate)
            {
                return [.. _owners.Keys];
            }
        }
    }

    public async Task RunAsync(IReadOnlyList<ILaneHolder> holders, CancellationToken stop, CancellationToken abort)
    {
        lock (_gate)
        {
            _holders = holders;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).SettleAsync();
        await TakeAllAsync(abort);
    }

    /// <summary>Gives each of these that nobody has to its holder; none once all are being taken back.</summary>
    public void Give(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in _holders.Count == 0 ? [] : partitions.Where(partition => !_owners.ContainsKey(partition)))
            {
                var holder = _holders[_holders.Count == 1 ? 0 : place(partition)];
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

    /// <summary>Takes partitions back that are not to be mirrored here any more.</summary>
    public async Task TakeAsync(IEnumerable<TopicPartition> partitions, CancellationToken ct)
    {
        var taken = ByHolder(partitions);
        try
        {
            await Settling.AllAsync(taken.Select(of => of.Key.RevokeAsync([.. of], ct)));
        }
        finally
        {
            Forget(taken);
        }
    }

    /// <summary>Takes everything back, and gives nothing any more.</summary>
    public async Task TakeAllAsync(CancellationToken ct)
    {
        IReadOnlyList<ILaneHolder> holders;
        lock (_gate)
        {
            (holders, _holders) = (_holders, []);
        }

        await Settling.AllAsync(holders.Select(holder => holder.RevokeAsync(holder.Owned, ct)));
    }

    /// <summary>Everything may be another's: closes it at once.</summary>
    public async Task LoseAsync(CancellationToken ct)
    {
        var lost = ByHolder(Given);
        await Settling.AllAsync(lost.Select(of => of.Key.LoseAsync([.. of], ct)));
        Forget(lost);
    }

    private List<IGrouping<ILaneHolder, TopicPartition>> ByHolder(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            return [.. partitions.Where(_owners.ContainsKey).GroupBy(partition => _owners[partition])];
        }
    }

    private void Forget(List<IGrouping<ILaneHolder, TopicPartition>> taken)
    {
        foreach (var partition in taken.SelectMany(of => of))
        {
            Forget(partition);
        }
    }
}
