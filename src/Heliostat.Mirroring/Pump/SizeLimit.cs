using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// The largest batches that a lane's target takes: what its topic says, or where that may not be read what it took and refused. Behind the
/// lane's lock.
/// </summary>
/// <param name="maxBatchBytes">The topic's <c>max.message.bytes</c> when the lane opened.</param>
internal sealed class SizeLimit(int maxBatchBytes)
{
    private const int Smallest = 1024;

    /// <summary>
    /// What several records may take together where the topic's limit may not be read: what it took, or half of what it refused.
    /// </summary>
    private int _tried = int.MaxValue;
    private int _largestSent;
    private bool _isSplitting;

    /// <summary>The largest batch it takes.</summary>
    public int Max { get; private set; } = maxBatchBytes;

    /// <summary>The largest batch of several records.</summary>
    public int OfMany => Math.Min(Max, _tried);

    /// <summary>It is to be looked up, and then told by <see cref="Learn"/>; nothing goes on before.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>What records are gathered up to when batches are asked to be of <paramref name="bytes"/>.</summary>
    public int Fill(int bytes) => Math.Min(bytes, _tried);

    /// <summary>A batch is on its way.</summary>
    public void Sent(int bytes) => _largestSent = Math.Max(_largestSent, bytes);

    /// <summary>A batch was taken.</summary>
    public void Taken(int bytes) => _tried = Math.Max(_tried, bytes);

    /// <summary>
    /// A batch was refused for its size: it can be split when the limit is known. False when nothing smaller is left to try.
    /// </summary>
    public bool TryRefuse()
    {
        if (_tried <= RecordBatchHeader.Size)
        {
            return false;
        }

        IsWanted = _isSplitting = true;
        return true;
    }

    /// <summary>One record alone is too large: only a larger limit helps.</summary>
    public void RefuseOne()
    {
        IsWanted = true;
        _isSplitting = false;
    }

    /// <summary>The topic may have another limit by now.</summary>
    public void Want() => IsWanted = true;

    /// <summary>The topic takes batches of up to <paramref name="bytes"/>, or that may not be read (<see cref="int.MaxValue"/>).</summary>
    /// <param name="bytes">What the topic says.</param>
    /// <param name="refusals">How often in a row the batch was refused.</param>
    public void Learn(int bytes, int refusals)
    {
        IsWanted = false;
        if (bytes == int.MaxValue && _isSplitting)
        {
            Max = bytes;
            var refused = Math.Min(_tried, _largestSent);
            _tried = refused > DescribedConfigs.DefaultMaxMessageBytes ? DescribedConfigs.DefaultMaxMessageBytes : refused / 2;
            _largestSent = 0;
            return;
        }

        // The broker refused what this limit allows: something on the way is smaller than the topic says.
        Max = bytes < Max || !_isSplitting || refusals <= 1 ? bytes : Math.Max(Max / 2, Smallest);
    }
}
