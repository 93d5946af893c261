namespace Heliostat.Broker.Logs;

/// <summary>The fetches that wait at the end of one log. Changed with the log's lock held, and woken without it.</summary>
internal sealed class FetchWaiters
{
    private FetchWaiter[] _waiters = [];

    public void Add(FetchWaiter waiter) => Volatile.Write(ref _waiters, [.. _waiters, waiter]);

    public void Remove(FetchWaiter waiter)
    {
        var index = Array.IndexOf(_waiters, waiter);
        if (index < 0) return;

        var left = new FetchWaiter[_waiters.Length - 1];
        _waiters.AsSpan(0, index).CopyTo(left);
        _waiters.AsSpan(index + 1).CopyTo(left.AsSpan(index));
        Volatile.Write(ref _waiters, left);
    }

    /// <summary>Makes all of them look again.</summary>
    public void Wake()
    {
        foreach (var waiter in Volatile.Read(ref _waiters)) waiter.Wake();
    }

    /// <summary>So many bytes came in.</summary>
    public void Appended(int byteCount)
    {
        foreach (var waiter in Volatile.Read(ref _waiters)) waiter.Appended(byteCount);
    }
}
