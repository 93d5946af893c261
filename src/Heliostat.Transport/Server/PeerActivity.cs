namespace Heliostat.Transport.Server;

/// <summary>
/// What a client has been at lately, and whether that took too long. Noted by the connection's loops, looked at by the listener's: every
/// field is written by one loop and read whole.
/// </summary>
internal sealed class PeerActivity(ServerOptions options, TimeProvider time)
{
    private long _lastActivity = time.GetTimestamp();
    private long _frameBegun;
    private long _frameDeadline;
    private int _unfilled;
    private int _handling;
    private long _sendBegun;
    private long _sendDeadline;
    private int _sendingOwned;

    /// <summary>Why the connection is to be closed, when it has been idle, half open or stalled for too long; else null.</summary>
    public CloseReason? StaleReason(long now)
    {
        if (IsPast(ref _frameDeadline, now) || (Volatile.Read(ref _frameDeadline) != 0 && IsSilentFor(options.HalfOpenTimeout, now)))
            return CloseReason.HalfOpen;
        if (IsPast(ref _sendDeadline, now)) return CloseReason.Stalled;
        return Volatile.Read(ref _handling) == 0 && IsSilentFor(options.IdleTimeout, now) ? CloseReason.Idle : null;
    }

    /// <summary>The bytes of request memory that it holds, has for long, and has not filled.</summary>
    public int UnfilledBytes(long now) => IsPressed(ref _frameBegun, now) ? Volatile.Read(ref _unfilled) : 0;

    /// <summary>The bytes of answer memory that it has not taken for long.</summary>
    public int UntakenBytes(long now) => IsPressed(ref _sendBegun, now) ? Volatile.Read(ref _sendingOwned) : 0;

    /// <summary>Bytes came.</summary>
    public void Received() => Volatile.Write(ref _lastActivity, time.GetTimestamp());

    /// <summary>A frame of so many bytes has begun, unless it had.</summary>
    public void FrameBegun(int byteCount)
    {
        if (_frameBegun != 0) return;

        var now = time.GetTimestamp();
        Volatile.Write(ref _frameDeadline, Deadline(now, byteCount));
        Volatile.Write(ref _frameBegun, now);
    }

    /// <summary>So many bytes of the frame's memory are empty yet.</summary>
    public void Unfilled(int byteCount) => Volatile.Write(ref _unfilled, byteCount);

    /// <summary>The frame is whole, and is served next.</summary>
    public void FrameEnded()
    {
        Volatile.Write(ref _frameBegun, 0);
        Volatile.Write(ref _frameDeadline, 0);
        Volatile.Write(ref _unfilled, 0);
        Volatile.Write(ref _handling, 1);
    }

    /// <summary>The request was served.</summary>
    public void Handled()
    {
        Received();
        Volatile.Write(ref _handling, 0);
    }

    public void SendBegun(long byteCount, int ownedBytes)
    {
        var now = time.GetTimestamp();
        Volatile.Write(ref _sendingOwned, ownedBytes);
        Volatile.Write(ref _sendDeadline, Deadline(now, byteCount));
        Volatile.Write(ref _sendBegun, now);
    }

    public void SendEnded()
    {
        Volatile.Write(ref _sendBegun, 0);
        Volatile.Write(ref _sendDeadline, 0);
        Received();
    }

    private static bool IsPast(ref long deadline, long now) => Volatile.Read(ref deadline) is var at and not 0 && now > at;

    private bool IsPressed(ref long begun, long now) =>
        Volatile.Read(ref begun) is var at and not 0 && time.GetElapsedTime(at, now) > options.PressedTimeout;

    private bool IsSilentFor(TimeSpan timeout, long now) => time.GetElapsedTime(Volatile.Read(ref _lastActivity), now) > timeout;

    private long Deadline(long now, long byteCount)
    {
        var seconds = options.HalfOpenTimeout.TotalSeconds + ((double)byteCount / options.SlowestBytesPerSecond);
        return now + (long)(seconds * time.TimestampFrequency);
    }
}
