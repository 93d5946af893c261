using Heliostat.Mirroring.Java;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Rules;

/// <summary>The records that a message handler made of one, in order; for one user at a time.</summary>
internal sealed class HandledRecords : IDisposable
{
    private readonly RecordHeadersBuilder _headers = new();
    private JavaAnswers? _answers;
    private int _first;
    private int _at;
    private int _count;
    private int _left;

    /// <summary>They are these, so many from there on in the answers.</summary>
    public void Take(JavaAnswers answers, int at, int count) =>
        (_answers, _first, _at, _count, _left) = (answers, at, at, count, count);

    /// <summary>Begins anew with the first.</summary>
    public void Rewind() => (_at, _left) = (_first, _count);

    /// <summary>Makes <paramref name="record"/> the next one; false when there is none.</summary>
    /// <param name="of">The record that they were made of.</param>
    /// <param name="record">Becomes the next one.</param>
    /// <param name="partition">Its partition; negative for the one of its key.</param>
    public bool TryNext(in RecordView of, ref RecordView record, out int partition)
    {
        partition = -1;
        if (_left-- <= 0)
        {
            return false;
        }

        var answer = _answers!.At(_at);
        var made = JavaRecord.Read(ref answer);
        partition = made.Partition;
        record = of;
        record.Timestamp = made.Timestamp;
        record.Key = made.HasKey ? made.Key : of.Key;
        record.Value = made.HasValue ? made.Value : of.Value;
        if (made.Headers >= 0)
        {
            record.Headers = made.HeadersOf(ref answer, _headers);
        }

        _at = answer.At;
        return true;
    }

    public void Dispose() => _headers.Dispose();
}
