using Heliostat.Client.Producing;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Tests.Producing;

/// <summary>
/// One partition's log with what its leader knows of producers, as ProducerStateManager and ProducerAppendInfo have it: the last five batches of a
/// producer are known as duplicates, a sequence must follow, a new epoch begins at 0, and who is not known may begin anywhere (before 2.5: at 0 only).
/// </summary>
internal sealed class ModelLog(bool before25 = false)
{
    private readonly Dictionary<long, Known> _producers = [];

    /// <summary>The source offsets of each batch in the log.</summary>
    public List<(long First, long Next)> Batches { get; } = [];

    public long EndOffset { get; private set; }

    public int Duplicates { get; private set; }

    public ErrorCode Append(ModelRequest request, out long baseOffset)
    {
        var (identity, sequence, count) = (request.Turn.Identity, request.Turn.Sequence, request.Count);
        var last = ProducerIdentity.Advance(sequence, count - 1);
        baseOffset = -1;
        if (_producers.TryGetValue(identity.ProducerId, out var known))
        {
            if (identity.Epoch < known.Epoch) return ErrorCode.InvalidProducerEpoch;
            if (identity.Epoch > known.Epoch)
            {
                if (sequence != 0) return ErrorCode.OutOfOrderSequenceNumber;
            }
            else
            {
                foreach (var batch in known.Batches)
                {
                    if (batch.First == sequence && batch.Last == last)
                    {
                        Duplicates++;
                        baseOffset = batch.BaseOffset;
                        return ErrorCode.None;
                    }
                }

                if (sequence != ProducerIdentity.Advance(known.Batches[^1].Last, 1)) return ErrorCode.OutOfOrderSequenceNumber;
            }
        }
        else if (before25 && sequence != 0)
        {
            return ErrorCode.UnknownProducerId;
        }

        if (known is null || known.Epoch != identity.Epoch) _producers[identity.ProducerId] = known = new Known(identity.Epoch, []);
        baseOffset = EndOffset;
        EndOffset += count;
        Batches.Add((request.First, request.First + count));
        known.Batches.Add((sequence, last, baseOffset));
        if (known.Batches.Count > 5) known.Batches.RemoveAt(0);
        return ErrorCode.None;
    }

    public bool Holds(long first, long next) => Batches.LastIndexOf((first, next)) >= 0;

    /// <summary>A clean restart: the snapshot keeps the last batch of each producer.</summary>
    public void Restart()
    {
        foreach (var known in _producers.Values) known.Batches.RemoveRange(0, known.Batches.Count - 1);
    }

    /// <summary>producer.id.expiration.ms is over.</summary>
    public void ForgetProducers() => _producers.Clear();

    private sealed record Known(short Epoch, List<(int First, int Last, long BaseOffset)> Batches);
}

/// <summary>A batch on its way to the model.</summary>
internal sealed record ModelRequest(ProduceTurn Turn, long First, int Count, int Leader);
