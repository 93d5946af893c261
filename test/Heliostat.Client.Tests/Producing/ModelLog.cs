using Heliostat.Client.Producing;

namespace Heliostat.Client.Tests.Producing;

/// <summary>
/// One partition's log with what its leader knows of producers, as ProducerStateManager and ProducerAppendInfo have it: the last five
/// batches of a producer are known as duplicates, a sequence must follow, a new epoch begins at 0, and who is not known may begin anywhere
/// (before 2.5: at 0 only). A transactional batch opens a transaction of its producer here, which the next marker ends.
/// </summary>
internal sealed class ModelLog(bool before25 = false)
{
    private const long NoTransaction = 0;
    private const long Open = -1;
    private const long Aborted = -2;

    private readonly Dictionary<long, Known> _producers = [];
    private readonly List<int> _open = [];
    private readonly List<(long First, long Next, long ProducerId, long Transaction)> _ended = [];

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

                var follows = known.Batches.Count == 0 ? 0 : ProducerIdentity.Advance(known.Batches[^1].Last, 1);
                if (sequence != follows) return ErrorCode.OutOfOrderSequenceNumber;
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
        _ended.Add((request.First, request.First + count, identity.ProducerId, request.Transactional ? Open : NoTransaction));
        if (request.Transactional) _open.Add(_ended.Count - 1);
        known.Batches.Add((sequence, last, baseOffset));
        if (known.Batches.Count > 5) known.Batches.RemoveAt(0);
        return ErrorCode.None;
    }

    /// <summary>What has no transaction, or one that is committed: the source offsets, and the transaction.</summary>
    public IEnumerable<(long First, long Next, long Transaction)> Committed =>
        _ended.Where(batch => batch.Transaction >= 0).Select(batch => (batch.First, batch.Next, batch.Transaction));

    /// <summary>Batches of transactions that nobody has ended.</summary>
    public int OpenBatches => _open.Count;

    /// <summary>Markers of transactions that had no batch here.</summary>
    public int EmptyMarkers { get; private set; }

    /// <summary>The producer's transaction has batches here.</summary>
    public bool IsOpen(long producerId) => _open.Exists(place => _ended[place].ProducerId == producerId);

    /// <summary>The end of a transaction; a coordinator that fences a producer writes it with a newer epoch.</summary>
    public void Mark(ProducerIdentity identity, bool commit, long transaction)
    {
        if (!IsOpen(identity.ProducerId)) EmptyMarkers++;
        foreach (var place in _open.Where(place => _ended[place].ProducerId == identity.ProducerId).ToList())
        {
            _ended[place] = _ended[place] with { Transaction = commit ? transaction : Aborted };
            _open.Remove(place);
        }

        EndOffset++;
        if (!_producers.TryGetValue(identity.ProducerId, out var known) || known.Epoch < identity.Epoch)
        {
            _producers[identity.ProducerId] = new Known(identity.Epoch, []);
        }
    }

    public bool Holds(long first, long next) => Batches.LastIndexOf((first, next)) >= 0;

    /// <summary>A clean restart: the snapshot keeps the last batch of each producer.</summary>
    public void Restart()
    {
        foreach (var known in _producers.Values) known.Batches.RemoveRange(0, Math.Max(known.Batches.Count - 1, 0));
    }

    /// <summary>An unclean election: only the first batches are left, and what is known of producers until there.</summary>
    public void CutBehind(int batches)
    {
        EndOffset = Batches.Take(batches).Sum(batch => batch.Next - batch.First);
        Batches.RemoveRange(batches, Batches.Count - batches);
        _ended.RemoveRange(batches, _ended.Count - batches);
        foreach (var known in _producers.Values) known.Batches.RemoveAll(batch => batch.BaseOffset >= EndOffset);
    }

    /// <summary>producer.id.expiration.ms is over.</summary>
    public void ForgetProducers() => _producers.Clear();

    private sealed record Known(short Epoch, List<(int First, int Last, long BaseOffset)> Batches);
}

/// <summary>A batch on its way to the model.</summary>
internal sealed record ModelRequest(ProduceTurn Turn, long First, int Count, int Leader, bool Transactional = false);
