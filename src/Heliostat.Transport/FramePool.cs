namespace Heliostat.Transport;

/// <summary>
/// Rents frames within a budget of bytes: when it is used up, who asks waits, and so stops reading its socket. Arrays and frame objects are
/// used again; arrays that lay unused for a while are dropped.
/// </summary>
public sealed class FramePool
{
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ArrayShelf _shelf = new();
    private readonly Stack<Frame> _spareFrames = new();
    private readonly Stack<FrameWaiter> _spareWaiters = new();
    private readonly List<FrameWaiter> _line = [];
    private readonly HashSet<Frame>? _tracked;
    private long _trimmedAt;
    private long _rentedBytes;

    /// <summary>A pool of its own; <see cref="long.MaxValue"/> sets no bound.</summary>
    public FramePool(long budgetBytes)
        : this(budgetBytes, TimeProvider.System, tracked: false)
    {
    }

    internal FramePool(long budgetBytes, TimeProvider time, bool tracked)
    {
        BudgetBytes = budgetBytes;
        _time = time;
        _trimmedAt = time.GetTimestamp();
        _tracked = tracked ? [] : null;
    }

    public long BudgetBytes { get; }

    /// <summary>Bytes rented now, as the size classes round them up.</summary>
    public long RentedBytes => Interlocked.Read(ref _rentedBytes);

    /// <summary>Bytes kept for the next frames.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_lock)
            {
                return _shelf.FreeBytes;
            }
        }
    }

    /// <summary>Callers waiting in line now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>
    /// For tests: nothing is used twice, a returned frame is overwritten and fails every use, and <see cref="ThrowIfRented"/> says where
    /// leaked frames were rented.
    /// </summary>
    public static FramePool Tracked(long budgetBytes) => new(budgetBytes, TimeProvider.System, tracked: true);

    /// <summary>
    /// Waits in line until <paramref name="bytes"/> fit the budget; more than the whole budget is granted once nothing else is rented.
    /// </summary>
    public ValueTask<Frame> RentAsync(int bytes, CancellationToken ct)
    {
        CheckSize(bytes);
        FrameWaiter waiter;
        lock (_lock)
        {
            if (_line.Count == 0 && Fits(bytes))
            {
                return new ValueTask<Frame>(Grant(bytes));
            }

            waiter = _spareWaiters.TryPop(out var spare) ? spare : new FrameWaiter(this);
            waiter.Bytes = bytes;
            _line.Add(waiter);
        }

        return waiter.WaitAsync(ct);
    }

    /// <summary>Charges the budget, beyond its end if need be, without waiting: for small frames and for work that must go on.</summary>
    public Frame RentNow(int bytes)
    {
        CheckSize(bytes);
        lock (_lock)
        {
            return Grant(bytes);
        }
    }

    /// <summary>Throws when a frame is still rented; a tracked pool says where each was rented.</summary>
    public void ThrowIfRented()
    {
        lock (_lock)
        {
            if (_rentedBytes > 0)
            {
                var origins = _tracked is null ? "" : string.Join("\n\nand\n", _tracked.Select(frame => frame.Origin));
                throw new InvalidOperationException($"{_rentedBytes} bytes of frames were not returned\n{origins}");
            }
        }
    }

    internal void Return(Frame frame)
    {
        lock (_lock)
        {
            var array = frame.End();
            Interlocked.Add(ref _rentedBytes, -array.Length);
            if (_tracked is null)
            {
                _shelf.Put(array);
                _spareFrames.Push(frame);
                TrimIfDue();
            }
            else
            {
                _tracked.Remove(frame);
            }

            GrantLine();
        }
    }

    /// <summary>Takes a waiter out of the line; false when it was served already.</summary>
    internal bool Leave(FrameWaiter waiter)
    {
        lock (_lock)
        {
            if (!_line.Remove(waiter))
            {
                return false;
            }

            GrantLine();
            return true;
        }
    }

    internal void Recycle(FrameWaiter waiter)
    {
        lock (_lock)
        {
            _spareWaiters.Push(waiter);
        }
    }

    private static void CheckSize(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, ArrayShelf.MaxBytes);
    }

    private bool Fits(int bytes) => _rentedBytes == 0 || _rentedBytes + ArrayShelf.SizeFor(bytes) <= BudgetBytes;

    /// <summary>Serves the line from its head. Waiters go on on other threads, so the lock may be held.</summary>
    private void GrantLine()
    {
        while (_line.Count > 0 && Fits(_line[0].Bytes))
        {
            var waiter = _line[0];
            _line.RemoveAt(0);
            waiter.Serve(Grant(waiter.Bytes));
        }
    }

    private Frame Grant(int bytes)
    {
        var array = _shelf.Take(bytes, BudgetBytes - _rentedBytes - ArrayShelf.SizeFor(bytes));
        Interlocked.Add(ref _rentedBytes, array.Length);
        var frame = _spareFrames.TryPop(out var spare) ? spare : new Frame(this);
        frame.Begin(array, bytes, _tracked is not null);
        _tracked?.Add(frame);
        return frame;
    }

    private void TrimIfDue()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_trimmedAt, now) >= TrimInterval)
        {
            _trimmedAt = now;
            _shelf.Trim();
        }
    }
}
