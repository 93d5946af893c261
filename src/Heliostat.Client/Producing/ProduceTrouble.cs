using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>What a queue fails by at present, and when it tries again.</summary>
internal sealed class ProduceTrouble(BackOff backOff, TimeProvider time)
{
    private int _failures;
    private int _retries;

    /// <summary>Why it waits or is halted; NONE when all is well.</summary>
    public ErrorCode Cause { get; private set; }

    /// <summary>The cause in words, where there are any.</summary>
    public string? Message { get; private set; }

    /// <summary>When it goes on after a failure, in timestamps of the clock.</summary>
    public long RetryAt { get; private set; }

    public bool IsWaiting => RetryAt > time.GetTimestamp();

    public void Note(ErrorCode code, string? message)
    {
        Cause = code;
        Message = message;
    }

    /// <summary>Counts a run that failed in a way that may pass; how many there were in a row.</summary>
    public int CountRetry() => ++_retries;

    /// <summary>Waits, longer with each failure in a row.</summary>
    public void Wait() => RetryAt = time.GetTimestamp() + (long)(backOff.Next(++_failures).TotalSeconds * time.TimestampFrequency);

    /// <summary>What waited may go at once.</summary>
    public void StopWaiting() => RetryAt = 0;

    /// <summary>All is well again.</summary>
    public void Recover()
    {
        Note(ErrorCode.None, null);
        RetryAt = 0;
        _failures = 0;
        _retries = 0;
    }
}
