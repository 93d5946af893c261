using Heliostat.Configuration.Transforms;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>
/// Room for what rules make of one record, kept from record to record; one user at a time. Of each part there are two: a rule reads from one what the rule before it
/// wrote, and writes into the other.
/// </summary>
internal sealed class RuleScratch : IDisposable
{
    private readonly RecordHeadersBuilder[] _headers = [new(), new()];
    private readonly ByteBuffer[] _keys = [new(), new()];
    private readonly ByteBuffer[] _values = [new(), new()];
    private int _headersTurn;
    private int _keyTurn;
    private int _valueTurn;

    /// <summary>What a record was not taken for: the rule, and what is wrong with it.</summary>
    public string Why { get; private set; } = "";

    /// <summary>An empty place for headers.</summary>
    public RecordHeadersBuilder Headers()
    {
        var headers = _headers[_headersTurn ^= 1];
        headers.Reset();
        return headers;
    }

    /// <summary>An empty place for a key.</summary>
    public ByteBuffer Key() => Emptied(_keys[_keyTurn ^= 1]);

    /// <summary>An empty place for a value.</summary>
    public ByteBuffer Value() => Emptied(_values[_valueTurn ^= 1]);

    /// <summary>What was written into the last place for a part is not used: what the record has stands in the other one, which must not be given out next.</summary>
    public void GiveBack(PayloadPart part)
    {
        if (part == PayloadPart.Key)
        {
            _keyTurn ^= 1;
        }
        else
        {
            _valueTurn ^= 1;
        }
    }

    /// <summary>The record cannot be taken: <paramref name="why"/>, said of the rule.</summary>
    public RuleOutcome Fail(string why)
    {
        Why = why;
        return RuleOutcome.Failed;
    }

    public void Dispose()
    {
        foreach (var headers in _headers)
        {
            headers.Dispose();
        }
    }

    private static ByteBuffer Emptied(ByteBuffer buffer)
    {
        buffer.Truncate(0);
        return buffer;
    }
}
