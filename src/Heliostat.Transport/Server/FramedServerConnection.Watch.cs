namespace Heliostat.Transport.Server;

public sealed partial class FramedServerConnection
{
    private long _lastActivity;
    private long _frameBegun;
    private long _frameDeadline;
    private int _unfilled;
    private int _handling;
    private long _sendBegun;
    private long _sendDeadline;
    private int _sendingOwned;

    /// <summary>Closes the connection if it has been idle, half open or stalled for too long.</summary>
    internal void CloseIfStale(long now)
    {
        if (IsPast(ref _frameDeadline, now) || (Volatile.Read(ref _frameDeadline) != 0 && IsSilentFor(_options.HalfOpenTimeout, now))) Close(Server.CloseReason.HalfOpen);
        else if (IsPast(ref _sendDeadline, now)) Close(Server.CloseReason.Stalled);
        else if (Volatile.Read(ref _handling) == 0 && IsSilentFor(_options.IdleTimeout, now)) Close(Server.CloseReason.Idle);
    }

    /// <summary>The bytes of request memory that it holds, has for long, and has not filled.</summary>
    internal int UnfilledBytes(long now)
    {
        var begun = Volatile.Read(ref _frameBegun);
        return begun != 0 && _time.GetElapsedTime(begun, now) > _options.PressedTimeout ? Volatile.Read(ref _unfilled) : 0;
    }

    /// <summary>The bytes of answer memory that it has not taken for long.</summary>
    internal int UntakenBytes(long now)
    {
        var begun = Volatile.Read(ref _sendBegun);
        return begun != 0 && _time.GetElapsedTime(begun, now) > _options.PressedTimeout ? Volatile.Read(ref _sendingOwned) : 0;
    }

    private static bool IsPast(ref long deadline, long now) => Volatile.Read(ref deadline) is var at and not 0 && now > at;

    private bool IsSilentFor(TimeSpan timeout, long now) => _time.GetElapsedTime(Volatile.Read(ref _lastActivity), now) > timeout;

    private void Active() => Volatile.Write(ref _lastActivity, _time.GetTimestamp());

    private void FrameBegun(int byteCount)
    {
        if (_frameBegun != 0) return;

        var now = _time.GetTimestamp();
        Volatile.Write(ref _frameDeadline, Deadline(now, byteCount));
        Volatile.Write(ref _frameBegun, now);
    }

    private void Unfilled(int byteCount) => Volatile.Write(ref _unfilled, byteCount);

    private void FrameEnded()
    {
        Volatile.Write(ref _frameBegun, 0);
        Volatile.Write(ref _frameDeadline, 0);
        Volatile.Write(ref _unfilled, 0);
        Volatile.Write(ref _handling, 1);
    }

    private void Handled()
    {
        Active();
        Volatile.Write(ref _handling, 0);
    }

    private void SendBegun(long byteCount, int ownedBytes)
    {
        var now = _time.GetTimestamp();
        Volatile.Write(ref _sendingOwned, ownedBytes);
        Volatile.Write(ref _sendDeadline, Deadline(now, byteCount));
        Volatile.Write(ref _sendBegun, now);
    }

    private void SendEnded()
    {
        Volatile.Write(ref _sendBegun, 0);
        Volatile.Write(ref _sendDeadline, 0);
        Active();
    }

    private long Deadline(long now, long byteCount)
    {
        var seconds = _options.HalfOpenTimeout.TotalSeconds + ((double)byteCount / _options.SlowestBytesPerSecond);
        return now + (long)(seconds * _time.TimestampFrequency);
    }
}
