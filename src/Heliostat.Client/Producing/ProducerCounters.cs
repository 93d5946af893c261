namespace Heliostat.Client.Producing;

/// <summary>What a producer counts; any thread adds, any thread reads.</summary>
internal sealed class ProducerCounters
{
    private long _requests;
    private long _batches;
    private long _records;
    private long _bytes;
    private long _retries;
    private long _epochBumps;
    private long _refusals;
    private long _doubled;
    private long _foreign;
    private Failure? _last;

    public void Sent() => Interlocked.Increment(ref _requests);

    public void SentAgain() => Interlocked.Increment(ref _retries);

    public void Acknowledged(in ProduceBatch batch)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _records, batch.RecordCount);
        Interlocked.Add(ref _bytes, batch.Bytes.Length);
    }

    public void EpochBumped() => Interlocked.Increment(ref _epochBumps);

    public void Refused() => Interlocked.Increment(ref _refusals);

    public void Foreign() => Interlocked.Increment(ref _foreign);

    public void Doubled() => Interlocked.Increment(ref _doubled);

    public void Failed(ErrorCode code, string message) => Volatile.Write(ref _last, new Failure(code, message));

    public ProducerSnapshot Snapshot()
    {
        var last = Volatile.Read(ref _last);
        return new ProducerSnapshot
        {
            Requests = Interlocked.Read(ref _requests),
            Batches = Interlocked.Read(ref _batches),
            Records = Interlocked.Read(ref _records),
            Bytes = Interlocked.Read(ref _bytes),
            Retries = Interlocked.Read(ref _retries),
            EpochBumps = Interlocked.Read(ref _epochBumps),
            Refusals = Interlocked.Read(ref _refusals),
            Doubled = Interlocked.Read(ref _doubled),
            Foreign = Interlocked.Read(ref _foreign),
            LastError = last?.Code ?? ErrorCode.None,
            LastErrorMessage = last?.Message,
        };
    }

    private sealed record Failure(ErrorCode Code, string Message);
}
