using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Java;

/// <summary>
/// What a class made of the records that were asked about, those of one batch as a rule. Questions are sent while they are gathered, so
/// that none is large. For one user at a time.
/// </summary>
internal sealed class JavaAnswers
{
    private const byte RecordsKind = 2;
    private const int LargestQuestion = 1024 * 1024;
    private const int MostRecords = 4096;

    private readonly JavaBuffer _question = new();
    private readonly JavaBuffer _answer = new();
    private readonly JavaBuffer _all = new();
    private readonly List<long> _gathered = [];
    private readonly List<long> _offsets = [];
    private readonly List<int> _places = [];
    private JavaQuestion? _what;
    private int _countAt;

    /// <summary>Forgets all; from now on it is about <paramref name="what"/>.</summary>
    public void Begin(JavaQuestion what)
    {
        _what = what;
        _all.Clear();
        _offsets.Clear();
        _places.Clear();
        BeginQuestion();
    }

    /// <summary>Asks about a record too, soon.</summary>
    /// <exception cref="JavaException">There is no answer now.</exception>
    public void Gather(long offset, long timestamp, NullableSpan key, NullableSpan value, RecordHeaders headers)
    {
        _question.Wide(offset);
        _question.Wide(timestamp);
        _question.Bytes(key);
        _question.Bytes(value);
        _question.Number(headers.Count);
        foreach (var header in headers)
        {
            _question.Bytes(header.Key);
            _question.Bytes(header.Value);
        }

        _gathered.Add(offset);
        if ((_question.Length >= LargestQuestion || _gathered.Count >= MostRecords) && _all.Length < JavaBuffer.Most)
        {
            Ask();
        }
    }

    /// <summary>Asks about what was gathered.</summary>
    /// <param name="alone">It is one record, which may be the one that ends the JVM.</param>
    /// <returns>Why the one record is a failing one; null where there are answers.</returns>
    /// <exception cref="JavaException">There is no answer now.</exception>
    public string? Ask(bool alone = false)
    {
        if (_gathered.Count == 0 || _all.Length >= JavaBuffer.Most)
        {
            return null;
        }

        _question.Number(_gathered.Count, _countAt);
        _answer.Clear();
        if (_what!.Host.Ask(_what, alone ? _gathered[0] : null, _question, _answer) is { } why)
        {
            return why;
        }

        try
        {
            Take();
        }
        catch (JavaException failure)
        {
            throw _what.Host.Refuse(failure);
        }

        BeginQuestion();
        return null;
    }

    /// <summary>Finds what became of a record; false where that is not known.</summary>
    /// <param name="what">What is asked.</param>
    /// <param name="offset">The record's.</param>
    /// <param name="answer">Stands behind the outcome.</param>
    /// <param name="outcome">What became of it.</param>
    public bool TryFind(JavaQuestion what, long offset, out JavaReader answer, out JavaOutcome outcome)
    {
        answer = default;
        outcome = default;
        if (_what != what || _offsets.BinarySearch(offset) is not (>= 0 and var at))
        {
            return false;
        }

        answer = new JavaReader(_all.Written, _places[at]);
        outcome = (JavaOutcome)answer.Byte();
        return outcome != JavaOutcome.NotAsked;
    }

    /// <summary>Reads on at a place of an answer that was found.</summary>
    public JavaReader At(int place) => new(_all.Written, place);

    private void BeginQuestion()
    {
        _gathered.Clear();
        _question.Clear();
        _question.Byte(RecordsKind);
        _question.Number(0);
        _question.Text(_what!.Topic);
        _question.Text(_what.Source);
        _question.Number(_what.Partition);
        _countAt = _question.Length;
        _question.Number(0);
    }

    /// <summary>Takes over an answer, all of which was looked at.</summary>
    private void Take()
    {
        var reader = JavaWords.ThrowIfRefused(_answer, _what!.Class);
        if (reader.Number() != _gathered.Count)
        {
            throw JavaReader.Wrong();
        }

        var (first, start) = (reader.At, _all.Length);
        foreach (var offset in _gathered)
        {
            _offsets.Add(offset);
            _places.Add(start + reader.At - first);
            Pass(ref reader);
        }

        if (!reader.IsAtEnd)
        {
            throw JavaReader.Wrong();
        }

        _answer.Written[first..].CopyTo(_all.Take(_answer.Length - first));
    }

    private static void Pass(ref JavaReader reader)
    {
        switch ((JavaOutcome)reader.Byte())
        {
            case JavaOutcome.Kept or JavaOutcome.Dropped or JavaOutcome.NotAsked:
                break;
            case JavaOutcome.Failed:
                reader.Bytes();
                reader.Bytes();
                break;
            case JavaOutcome.Records:
                for (var left = reader.Count(); left > 0; left--)
                {
                    JavaRecord.Read(ref reader).SkipHeaders(ref reader);
                }

                break;
            default:
                throw JavaReader.Wrong();
        }
    }
}
