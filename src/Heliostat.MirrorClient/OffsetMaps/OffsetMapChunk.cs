using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>
/// A part of an offset map, persisted as one record. The last part is open: it has segments that are not coded yet, because they may still
/// grow.
/// </summary>
/// <param name="number">Counts the parts, also those that are gone.</param>
/// <param name="generation">Counts how often a part that was complete was opened again: parts behind it of older generations are no longer
/// true.</param>
/// <param name="runs">The coded part.</param>
internal sealed class OffsetMapChunk(int number, int generation, RunList runs)
{
    private const byte Version = 1;
    private const int MaxBytes = 1 + (3 * Varint.MaxSize64) + (2 * 40);

    private SegmentRun? _run;
    private SegmentRun? _last;

    public int Number { get; } = number;

    public int Generation { get; } = generation;

    public RunList Runs { get; } = runs;

    public long EndSource => _last?.SourceEnd ?? Runs.EndSource;

    public long EndTarget => _last?.TargetEnd ?? Runs.EndTarget;

    public bool IsEmpty => _last is null && Runs.Length == 0;

    public long Segments => Runs.Segments + (_run?.Repeat ?? 0) + (_last?.Repeat ?? 0);

    /// <summary>Reads a record's value. Throws <see cref="MalformedFrameException"/>.</summary>
    public static OffsetMapChunk Read(int number, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] != Version)
        {
            MalformedFrameException.Throw("unknown version of a part of an offset map", value.IsEmpty ? -1 : value[0]);
        }

        var position = 1;
        var generation = Varint.ReadUInt32(value, ref position);
        var source = Varint.ReadUInt64(value, ref position);
        var target = Varint.ReadUInt64(value, ref position);
        if (generation > int.MaxValue || source > long.MaxValue || target > long.MaxValue)
        {
            MalformedFrameException.Throw("an offset map does not begin at", (long)(source & long.MaxValue));
        }

        return new(number, (int)generation, RunList.Read(value[position..], (long)source, (long)target));
    }

    /// <summary>The record's value, the open segments included.</summary>
    public byte[] Write()
    {
        var value = new byte[Runs.Length + MaxBytes];
        value[0] = Version;
        var written = 1;
        written += Varint.WriteUInt32(value.AsSpan(written), (uint)Generation);
        written += Varint.WriteUInt64(value.AsSpan(written), (ulong)Runs.BaseSource);
        written += Varint.WriteUInt64(value.AsSpan(written), (ulong)Runs.BaseTarget);
        Runs.Bytes.CopyTo(value.AsSpan(written));
        written += Runs.Length;
        written += _run is { } run ? RunReader.Write(value.AsSpan(written), run) : 0;
        written += _last is { } last ? RunReader.Write(value.AsSpan(written), last) : 0;
        Array.Resize(ref value, written);
        return value;
    }

    /// <summary>Adds segments at or behind the end; they become one with the last if no hole is between them.</summary>
    public void Append(in SegmentRun segments)
    {
        if (_last is { } last)
        {
            if (segments is { SourceGap: 0, TargetGap: 0, IsAfterUnknown: false, Repeat: 1 })
            {
                _last = last with { Count = last.Count + segments.Count };
                return;
            }

            Complete(last);
        }

        if (segments.Repeat > 1)
        {
            Complete(segments with { Repeat = segments.Repeat - 1 });
        }

        _last = segments.Last;
    }

    /// <summary>Codes everything but the last segment, which a new open part begins with.</summary>
    public OffsetMapChunk Seal(int nextNumber, int nextGeneration)
    {
        var last = _last!.Value;
        Flush();
        Runs.Trim();
        _last = null;
        return new(nextNumber, nextGeneration, new RunList(Runs.EndSource, Runs.EndTarget)) { _last = last };
    }

    /// <summary>An open part that holds what lies before an offset on one side.</summary>
    public OffsetMapChunk Before(long offset, bool onSource, int generation)
    {
        var kept = new OffsetMapChunk(Number, generation, onSource
            ? new RunList(Math.Min(offset, Runs.BaseSource), Runs.BaseTarget)
            : new RunList(Runs.BaseSource, Math.Min(offset, Runs.BaseTarget)));
        var reader = Runs.Walk();
        var goesOn = true;
        while (goesOn && reader.MoveNext())
        {
            goesOn = kept.Take(reader.Current, offset, onSource);
        }

        goesOn = goesOn && (_run is not { } run || kept.Take(run, offset, onSource));
        _ = goesOn && _last is { } last && kept.Take(last, offset, onSource);
        return kept;
    }

    public TranslatedOffset? Find(long offset, bool onSource) =>
        Runs.Find(offset, onSource) ?? Find(_run, offset, onSource) ?? Find(_last, offset, onSource);

    private static TranslatedOffset? Find(in SegmentRun? run, long offset, bool onSource) => (onSource ? run : run?.Turned)?.Find(offset);

    /// <summary>Appends what of a run lies before an offset; false if that was not all of it.</summary>
    private bool Take(in SegmentRun run, long offset, bool onSource)
    {
        var (whole, cut) = (onSource ? run : run.Turned).Before(offset);
        if (whole is { } first)
        {
            Append(onSource ? first : first.Turned);
        }

        if (cut is { } last)
        {
            Append(onSource ? last : last.Turned);
        }

        return whole?.Repeat == run.Repeat;
    }

    private void Complete(in SegmentRun segment)
    {
        if (_run is { } run && run.IsContinuedBy(segment))
        {
            _run = run with { Repeat = run.Repeat + segment.Repeat };
            return;
        }

        Flush();
        _run = segment;
    }

    private void Flush()
    {
        if (_run is { } run)
        {
            Runs.Add(run);
            _run = null;
        }
    }
}
