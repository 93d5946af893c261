using System.Threading.Channels;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// What lanes are to pass over, as the state topic says and nobody has answered yet: the newest of each lane. Thread-safe.
/// </summary>
internal sealed class SkipBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, SkipWish> _open = [];
    private readonly Dictionary<TopicPartition, long> _closed = [];
    private readonly Channel<bool> _asked =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be something to answer.</summary>
    public ChannelReader<bool> Asked => _asked.Reader;

    public IReadOnlyList<SkipWish> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Values];
            }
        }
    }

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (SkipWish.Read(key, value) is not { } wish)
        {
            return;
        }

        lock (_gate)
        {
            if (wish.IsAnswered || (_closed.TryGetValue(wish.Lane, out var closed) && closed == wish.AskedAt))
            {
                _open.Remove(wish.Lane);
                return;
            }

            _open[wish.Lane] = wish;
        }

        _asked.Writer.TryWrite(true);
    }

    /// <summary>It need not be looked at again, whatever the topic says of it later.</summary>
    public void Close(SkipWish wish)
    {
        lock (_gate)
        {
            // What this process wrote of it meanwhile is the same wish, and may not have come back yet.
            _closed[wish.Lane] = wish.AskedAt;
            if (_open.GetValueOrDefault(wish.Lane)?.AskedAt == wish.AskedAt)
            {
                _open.Remove(wish.Lane);
            }
        }
    }
}
