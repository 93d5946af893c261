using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Java;

/// <summary>A record that came out of a class. Its spans are the answer's.</summary>
internal ref struct JavaRecord
{
    private const byte KeySame = 1;
    private const byte ValueSame = 2;
    private const byte HeadersSame = 4;

    /// <summary>The topic that it is to go to.</summary>
    public NullableSpan Topic;

    /// <summary>The partition that it is to go to; negative for the one of its key.</summary>
    public int Partition;

    /// <summary>Milliseconds since the epoch.</summary>
    public long Timestamp;

    /// <summary>The key is another one.</summary>
    public bool HasKey;

    public NullableSpan Key;

    /// <summary>The value is another one.</summary>
    public bool HasValue;

    public NullableSpan Value;

    /// <summary>The headers are others: so many follow in the answer, each a name and a value. Negative where they are the same.</summary>
    public int Headers;

    /// <summary>Reads one, but for its headers.</summary>
    public static JavaRecord Read(scoped ref JavaReader answer)
    {
        JavaRecord record = new() { Topic = answer.Bytes(), Partition = answer.Number(), Timestamp = answer.Wide() };
        var same = answer.Byte();
        record.HasKey = (same & KeySame) == 0;
        record.HasValue = (same & ValueSame) == 0;
        record.Key = record.HasKey ? answer.Bytes() : NullableSpan.Null;
        record.Value = record.HasValue ? answer.Bytes() : NullableSpan.Null;
        record.Headers = (same & HeadersSame) == 0 ? answer.Count() : -1;
        return record;
    }

    /// <summary>Reads the headers into <paramref name="headers"/>.</summary>
    public readonly RecordHeaders HeadersOf(scoped ref JavaReader answer, RecordHeadersBuilder headers)
    {
        headers.Reset();
        for (var left = Headers; left > 0; left--)
        {
            headers.Add(answer.Bytes().Span, answer.Bytes());
        }

        return headers.Headers;
    }

    /// <summary>Passes the headers.</summary>
    public readonly void SkipHeaders(scoped ref JavaReader answer)
    {
        for (var left = Headers; left > 0; left--)
        {
            answer.Bytes();
            answer.Bytes();
        }
    }
}
