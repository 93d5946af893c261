using System.Buffers.Binary;
using Heliostat.Client.Fetching;

namespace Heliostat.Client.Tests.Fetching;

/// <summary>Takes whole batches, in order, and notes what came. A test may let it do something else.</summary>
internal sealed class RecordingFetchSink : IFetchSink
{
    private readonly Lock _gate = new();
    private readonly List<(long Base, long Next, int Epoch)> _batches = [];
    private readonly List<FetchFailure> _failures = [];

    /// <summary>Called instead of the usual taking; true when it took over.</summary>
    public Func<FetchCursor, long, bool>? OnFetched { get; set; }

    public Action<FetchCursor, FetchFailure>? OnFailed { get; set; }

    public int Calls { get; private set; }

    public long HighWatermark { get; private set; } = -1;

    public List<(long Base, long Next, int Epoch)> Batches
    {
        get
        {
            lock (_gate)
            {
                return [.. _batches];
            }
        }
    }

    public List<FetchFailure> Failures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures];
            }
        }
    }

    public void Fetched(FetchCursor cursor, in FetchedPartition partition)
    {
        lock (_gate)
        {
            Calls++;
            HighWatermark = partition.HighWatermark;
            if (OnFetched?.Invoke(cursor, partition.FetchOffset) == true)
            {
                return;
            }

            var (next, epoch) = (-1L, -1);
            for (var rest = partition.Records.Span; rest.Length >= 61;)
            {
                var first = BinaryPrimitives.ReadInt64BigEndian(rest);
                epoch = BinaryPrimitives.ReadInt32BigEndian(rest[12..]);
                next = first + BinaryPrimitives.ReadInt32BigEndian(rest[23..]) + 1;
                var length = 12 + BinaryPrimitives.ReadInt32BigEndian(rest[8..]);
                if (length > rest.Length)
                {
                    break;
                }

                _batches.Add((first, next, epoch));
                rest = rest[length..];
            }

            if (next >= 0)
            {
                cursor.Advance(next, epoch);
            }
        }
    }

    public void Failed(FetchCursor cursor, in FetchFailure failure)
    {
        lock (_gate)
        {
            _failures.Add(failure);
        }

        OnFailed?.Invoke(cursor, failure);
    }
}
