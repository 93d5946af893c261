using System.Buffers.Binary;
using Heliostat.Client.Fetching;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Comparing;

/// <summary>
/// Walks the records of one log from an offset on, batch by batch or record by record, and leaves out what no consumer gets: control
/// batches and aborted records. It does no I/O: pages are handed to it. What must hold:
/// <list type="bullet">
/// <item>A. Records come in the order of the log, none twice, none left out.</item>
/// <item>B. The holes of all records tell of every offset that no batch covers, or whose record is gone from its batch.</item>
/// <item>C. A batch is opened only when a record of it is asked for.</item>
/// </list>
/// </summary>
/// <param name="start">The first offset of interest.</param>
/// <param name="end">The first offset that is of no interest; <see cref="long.MaxValue"/> for as far as the log can be read.</param>
/// <param name="buffer">Takes what is decompressed; nobody else uses it during a call.</param>
/// <param name="rules">What a mirror makes of the log's records: they are walked so, and what is left out is none of them; null for as they
/// are.</param>
internal sealed class LogCursor(long start, long end, DecompressionBuffer buffer, RecordRules? rules = null)
{
    /// <summary>So many answers without anything, though the log goes on: compaction left nothing of the rest.</summary>
    private const int EmptyPagesAtEnd = 3;

    private readonly AbortedRanges _aborted = new();
    private readonly BatchInHand _batch = new(buffer, rules);
    private LogPage? _page;
    private int _position;
    private int _emptyPages;
    private long _hole;
    private long? _damaged;

    /// <summary>The offset after all that was taken or is not there.</summary>
    public long At { get; private set; } = start;

    /// <summary>The next page is to begin here.</summary>
    public long PageAt { get; private set; } = start;

    /// <summary>All up to the end was taken.</summary>
    public bool IsAtEnd { get; private set; } = start >= end;

    /// <summary>Bytes of the pages that were taken.</summary>
    public long Bytes { get; private set; }

    /// <summary>The producer of the batch it stands in; -1 where that has none.</summary>
    public long ProducerId { get; private set; } = -1;

    /// <summary>Offsets that retention had taken when pages were asked for.</summary>
    public long Lost { get; private set; }

    /// <summary>What the log lacks between <see cref="At"/> and the last record before it; at the end, behind the last one.</summary>
    public long Hole => _hole;

    /// <summary>No record of the batch ahead was taken.</summary>
    public bool IsBeforeBatch => _batch.IsUntouched;

    /// <summary>How many records of the batch in hand are left; it is open.</summary>
    public int RecordsAhead => _batch.RecordsLeft;

    /// <summary>Takes the page at <see cref="PageAt"/>.</summary>
    public void Take(LogPage page)
    {
        // Where retention took what was asked for, what follows comes with a hole before it.
        Lost += Math.Max(0, page.Offset - PageAt);
        PageAt = Math.Max(PageAt, page.Offset);
        _page = page;
        _position = 0;
        Bytes += page.Records.Length;
        _aborted.Load(page.Aborted);
        _emptyPages = page.Records.IsEmpty && page.End > PageAt ? _emptyPages + 1 : 0;
    }

    /// <summary>
    /// The first offset of a batch that was opened since the last call and does not match its checksum; null where all did.
    /// </summary>
    public long? TakeDamage()
    {
        var damaged = _damaged;
        _damaged = null;
        return damaged;
    }

    /// <summary>Whether a batch is ahead: otherwise a page is needed or the end is reached.</summary>
    public bool IsReady() => Walk();

    /// <summary>The next record; false when a page is needed or the end is reached.</summary>
    public bool TryPeek(out LogRecord record)
    {
        while (Walk())
        {
            if (!_batch.Open(At, end))
            {
                _damaged ??= At;
            }

            if (_batch.TryPeek(out record))
            {
                record = record with { Hole = Math.Max(0, _hole + Math.Max(0, record.Offset - At) + record.Hole) };
                return true;
            }

            Close();
        }

        record = default;
        return false;
    }

    /// <summary>Takes the record that <see cref="TryPeek"/> gave.</summary>
    public void Advance()
    {
        (At, _hole) = (_batch.Take().Offset + 1, 0);
        if (_batch.RecordsLeft == 0)
        {
            Close();
        }
    }

    /// <summary>The batch ahead, if none of its records was taken and the log lacks nothing before it.</summary>
    public bool TryPeekBatch(out LogBatch batch)
    {
        var stands = Walk() && !_batch.HasRules && _batch.IsUntouched && _hole == 0
            && BinaryPrimitives.ReadInt64BigEndian(_batch.Bytes.Span) == At;
        batch = stands ? new LogBatch(_batch.Bytes.Span) : default;
        return stands;
    }

    /// <summary>The bytes of the batch ahead, which stay as they are for as long as somebody holds them.</summary>
    public ReadOnlyMemory<byte> BatchMemory => _batch.Bytes;

    /// <summary>Takes the batch ahead, or what is left of it.</summary>
    public void AdvanceBatch()
    {
        At = RecordBatch.LastOffset(_batch.Bytes.Span) + 1;
        _hole = 0;
        Close();
    }

    /// <summary>
    /// Goes to <paramref name="offset"/>; what the next record lacks before it counts from there, and <paramref name="hole"/> more.
    /// </summary>
    public void Seek(long offset, long hole)
    {
        _batch.Drop();
        (At, _hole, IsAtEnd, _position) = (offset, hole, offset >= end, 0);
        if (_page is { } page && offset >= page.Offset)
        {
            _aborted.Load(page.Aborted);
            PageAt = page.Offset;
        }
        else
        {
            (_page, PageAt) = (null, offset);
        }
    }

    /// <summary>Stands before a batch with records; false when a page is needed or the end is reached.</summary>
    private bool Walk()
    {
        while (_batch.Bytes.IsEmpty && !IsAtEnd)
        {
            if (_page is not { } page)
            {
                return false;
            }

            var left = page.Records[_position..];
            var walker = new BatchWalker(left.Span);
            if (walker.MoveNext())
            {
                _position += walker.Position;
                Enter(left.Slice(walker.Current.Offset, walker.Current.Size), walker.Current.Magic);
                continue;
            }

            if (walker.Malformed is { } damage)
            {
                MalformedFrameException.Throw(damage);
            }

            var read = Math.Min(end, page.End);
            IsAtEnd = PageAt >= end || (end == long.MaxValue && PageAt >= read) || (_emptyPages >= EmptyPagesAtEnd && page.End >= read);
            _page = null;
            if (IsAtEnd)
            {
                Miss(Math.Min(PageAt, end));
            }
        }

        return !IsAtEnd;
    }

    private void Enter(ReadOnlyMemory<byte> batch, byte magic)
    {
        var next = RecordBatch.LastOffset(batch.Span) + 1;
        PageAt = Math.Max(PageAt, next);
        ProducerId = -1;
        if (magic < 2)
        {
            if (next > At)
            {
                _batch.Begin(batch);
            }

            return;
        }

        var header = new RecordBatchHeader(batch.Span);
        if (header.IsControl)
        {
            _aborted.EndAt(header.ProducerId, header.BaseOffset);
        }

        if (next <= At)
        {
            return;
        }

        if (header.BaseOffset >= end)
        {
            IsAtEnd = true;
            return;
        }

        Miss(header.BaseOffset);
        ProducerId = header.ProducerId;
        if (header.IsControl || _aborted.Contains(header) || (_page!.IsUndecided && header.IsTransactional))
        {
            At = next;
        }
        else if (header.RecordsCount == 0)
        {
            Miss(next);
        }
        else
        {
            _batch.Begin(batch);
        }
    }

    /// <summary>Up to <paramref name="offset"/> there is nothing.</summary>
    private void Miss(long offset)
    {
        _hole += Math.Max(0, offset - At);
        At = Math.Max(At, offset);
    }

    /// <summary>The batch is through: what it lacks at its end is part of the next hole.</summary>
    private void Close()
    {
        var leftOut = _batch.LeftOutAtEnd;
        Miss(Math.Min(end, RecordBatch.LastOffset(_batch.Bytes.Span) + 1));
        _hole = Math.Max(0, _hole - leftOut);
        _batch.Drop();
        IsAtEnd |= At >= end;
    }
}
