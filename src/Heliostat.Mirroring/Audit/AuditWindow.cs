using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Audit;

/// <summary>
/// What was read ahead of both sides, to find where they meet again; and what was verified last, to know it when it comes once more.
/// </summary>
internal sealed class AuditWindow(LogCursor source, LogCursor target, DecompressionBuffer buffer)
{
    private const int MostRemembered = 65_536;
    private const int MostRememberedBytes = 16 << 20;
    private static readonly int[] Sizes = [16, 256, 4_096, 65_536];

    private readonly RecordPrints _prints = new();
    private readonly Queue<ReadOnlyMemory<byte>> _batches = new();
    private readonly Queue<UInt128> _last = new();
    private readonly Dictionary<UInt128, int> _known = [];
    private int _batchBytes;

    public RecordQueue Source { get; } = new();

    public RecordQueue Target { get; } = new();

    public bool IsEmpty => Source.Count == 0 && Target.Count == 0;

    public void Drop(int sources, int targets)
    {
        Source.Drop(sources);
        Target.Drop(targets);
    }

    /// <summary>Reads ahead until there are so many of each side, or a side is at its end; false when that needs a page.</summary>
    public bool TryFill(int count, out PageWant want)
    {
        want = !Fill(source, Source, count) ? PageWant.Source : !Fill(target, Target, count) ? PageWant.Target : PageWant.Nothing;
        return want == PageWant.Nothing;
    }

    /// <summary>
    /// Finds behind how few records of both sides they go on alike; of records that there are several of, two in a row must fit. Where they
    /// do not, the target's end is where they meet: with the source records before <paramref name="expectedTo"/>, and with all if the
    /// source ends too. False when that needs a page.
    /// </summary>
    public bool TryMeet(long expectedTo, out int sources, out int targets, out PageWant want)
    {
        foreach (var size in Sizes)
        {
            (sources, targets) = (0, 0);
            if (!TryFill(size + 1, out want))
            {
                return false;
            }

            if (Meet(size, expectedTo, out sources, out targets))
            {
                return true;
            }
        }

        (sources, targets, want) = (Math.Min(Source.Count, Sizes[^1]), Math.Min(Target.Count, Sizes[^1]), PageWant.Nothing);
        return true;
    }

    /// <summary>How much the source lacks up to its <paramref name="index"/>th record ahead, or up to its end.</summary>
    public long SourceHoles(int index) => Source.HolesTo(index) + (index >= Source.Count ? source.Hole : 0);

    /// <summary>How much the target lacks up to its <paramref name="index"/>th record ahead, or up to its end.</summary>
    public long TargetHoles(int index) => Target.HolesTo(index) + (index >= Target.Count ? target.Hole : 0);

    /// <summary>A record was verified.</summary>
    public void Remember(in LogRecord record)
    {
        Open();
        Learn(record.Print);
    }

    /// <summary>A whole batch was verified; it is opened only if somebody asks.</summary>
    public void Remember(ReadOnlyMemory<byte> batch)
    {
        _batches.Enqueue(batch);
        _batchBytes += batch.Length;
        while (_batchBytes > MostRememberedBytes && _batches.Count > 1)
        {
            _batchBytes -= _batches.Dequeue().Length;
        }
    }

    /// <summary>Whether such a record was verified not long ago.</summary>
    public bool IsKnown(in LogRecord record)
    {
        Open();
        return _known.ContainsKey(record.Print);
    }

    private static bool Fill(LogCursor cursor, RecordQueue ahead, int count)
    {
        while (ahead.Count < count)
        {
            if (!cursor.TryPeek(out var record))
            {
                return cursor.IsAtEnd;
            }

            ahead.Add(record);
            cursor.Advance();
        }

        return true;
    }

    private bool Meet(int size, long expectedTo, out int sources, out int targets)
    {
        Dictionary<UInt128, int> places = [];
        HashSet<UInt128> several = [];
        for (var i = Math.Min(size, Source.Count) - 1; i >= 0; i--)
        {
            if (!places.TryAdd(Source[i].Print, i))
            {
                places[Source[i].Print] = i;
                several.Add(Source[i].Print);
            }
        }

        var best = int.MaxValue;
        (sources, targets) = (0, 0);
        for (var j = 0; j < Math.Min(size, Target.Count) && j < best; j++)
        {
            if (places.TryGetValue(Target[j].Print, out var i) && i + j < best && Source[i].IsSameAs(Target[j])
                && (!several.Contains(Source[i].Print) || FitsBehind(i, j)))
            {
                (sources, targets, best) = (i, j, i + j);
            }
        }

        if (best == int.MaxValue && Target.Count <= size)
        {
            targets = Target.Count;
            while (sources < Source.Count && (Source.Count <= size || (sources < targets && Source[sources].Offset < expectedTo)))
            {
                sources++;
            }

            return true;
        }

        return best != int.MaxValue;
    }

    private bool FitsBehind(int i, int j) =>
        i + 1 >= Source.Count || j + 1 >= Target.Count || Source[i + 1].IsSameAs(Target[j + 1]) || IsHoleBehind(i, j);

    /// <summary>Compaction may have taken what stands behind on one side.</summary>
    private bool IsHoleBehind(int i, int j) => Source[i + 1].Hole > 0 || Target[j + 1].Hole > 0;

    private void Open()
    {
        while (_batches.TryDequeue(out var batch))
        {
            _batchBytes -= batch.Length;
            var reader = new RecordReader(batch.Span, buffer);
            while (reader.MoveNext())
            {
                Learn(_prints.Of(RecordView.Of(reader)));
            }
        }
    }

    private void Learn(UInt128 print)
    {
        _known[print] = _known.GetValueOrDefault(print) + 1;
        _last.Enqueue(print);
        if (_last.Count > MostRemembered && _last.Dequeue() is var old
            && --System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_known, old) == 0)
        {
            _known.Remove(old);
        }
    }
}
