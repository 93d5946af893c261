using System.Buffers.Binary;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>One partition: its leader and its batches.</summary>
internal sealed class FakePartition(int leader)
{
    private readonly List<(long Base, int Count, int Epoch, byte[] Bytes)> _batches = [];

    public int Leader { get; set; } = leader;

    public int LeaderEpoch { get; set; } = 5;

    public long LogStart { get; set; }

    public long End { get; private set; }

    /// <summary>Named to consumers in this rack (KIP-392); -1 for none.</summary>
    public int PreferredReplica { get; set; } = -1;

    /// <summary>Every fetch of it is answered so.</summary>
    public ErrorCode Error { get; set; }

    public void Append(int records, int bytes)
    {
        var batch = new byte[Math.Max(bytes, 61)];
        BinaryPrimitives.WriteInt64BigEndian(batch, End);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(12), LeaderEpoch);
        batch[16] = 2;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), records - 1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), records);
        _batches.Add((End, records, LeaderEpoch, batch));
        End += records;
    }

    /// <summary>Drops everything from <paramref name="offset"/> on, as an unclean election does, and begins a new epoch.</summary>
    public void Truncate(long offset)
    {
        _batches.RemoveAll(batch => batch.Base >= offset);
        End = offset;
        LeaderEpoch++;
    }

    /// <summary>Whole batches from the one that holds <paramref name="offset"/>: at least one, then up to the limit.</summary>
    public byte[] Read(long offset, int maxBytes)
    {
        List<byte> read = [];
        foreach (var (_, _, _, bytes) in _batches.Where(batch => batch.Base + batch.Count > offset))
        {
            if (read.Count > 0 && read.Count + bytes.Length > maxBytes)
            {
                break;
            }

            read.AddRange(bytes);
        }

        return [.. read];
    }

    /// <summary>The end of the newest epoch that is at most <paramref name="epoch"/>; -1 for an epoch above all.</summary>
    public (int Epoch, long End) EndOf(int epoch)
    {
        if (epoch >= LeaderEpoch)
        {
            return epoch == LeaderEpoch ? (epoch, End) : (-1, -1);
        }

        var last = _batches.LastOrDefault(batch => batch.Epoch <= epoch);
        return last.Bytes is null ? (epoch, LogStart) : (last.Epoch, last.Base + last.Count);
    }
}
