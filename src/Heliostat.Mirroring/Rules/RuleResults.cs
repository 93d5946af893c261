using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>What rules made of the records of a batch, until it is asked for. Its memory is kept.</summary>
internal sealed class RuleResults
{
    private readonly List<Made> _all = [];
    private readonly ByteBuffer _bytes = new();
    private int _next;

    public void Clear()
    {
        _all.Clear();
        _bytes.Truncate(0);
        _next = 0;
    }

    /// <summary>Begins with the first again.</summary>
    public void Rewind() => _next = 0;

    /// <summary>Keeps what was made of a record; of one that failed, or is waited for, what the scratch says of it.</summary>
    public void Add(in RecordView record, RuleOutcome outcome, RuleScratch scratch)
    {
        if (outcome != RuleOutcome.Changed)
        {
            _all.Add(new Made(record.Offset, outcome, outcome is RuleOutcome.Failed or RuleOutcome.NotYet ? scratch.Why : "")
            {
                Awaits = scratch.Awaits
            });
            return;
        }

        _all.Add(new Made(record.Offset, outcome, "")
        {
            Timestamp = record.Timestamp,
            Key = Keep(record.Key),
            Value = Keep(record.Value),
            Headers = Keep(record.Headers.Encoded),
            HeadersCount = record.Headers.Count,
        });
    }

    /// <summary>A record becomes what was made of it; records are asked for in their order, and some may be left out.</summary>
    public RuleOutcome Take(ref RecordView record, RuleScratch scratch)
    {
        while (_all[_next].Offset < record.Offset)
        {
            _next++;
        }

        var made = _all[_next];
        if (made.Outcome != RuleOutcome.Changed)
        {
            return made.Outcome == RuleOutcome.Failed ? scratch.Fail(made.Why)
                : made.Outcome == RuleOutcome.NotYet ? scratch.Await(made.Awaits, made.Why)
                : made.Outcome;
        }

        record.Timestamp = made.Timestamp;
        record.Key = Kept(made.Key);
        record.Value = Kept(made.Value);
        record.Headers = RecordHeaders.Of(made.HeadersCount, Kept(made.Headers).Span);
        return made.Outcome;
    }

    private Range Keep(NullableSpan bytes)
    {
        var at = _bytes.Length;
        _bytes.Write(bytes.Span);
        return new Range(at, _bytes.Length, bytes.IsNull);
    }

    private NullableSpan Kept(Range range) => range.IsNull ? NullableSpan.Null : _bytes.Written[range.Start..range.End];

    private readonly record struct Range(int Start, int End, bool IsNull);

    private readonly record struct Made(long Offset, RuleOutcome Outcome, string Why)
    {
        public TroubleKind Awaits { get; init; }

        public long Timestamp { get; init; }

        public Range Key { get; init; }

        public Range Value { get; init; }

        public Range Headers { get; init; }

        public int HeadersCount { get; init; }
    }
}
