namespace Heliostat.Mirroring.Sharing;

/// <summary>How far a worker is in its time in the group. Thread-safe.</summary>
internal sealed class WorkerPhase(TimeProvider time)
{
    /// <summary>Longer than slots take to change hands where all is well.</summary>
    private static readonly TimeSpan MovingFor = TimeSpan.FromSeconds(10);

    private long _movingUntil;
    private int _isReady;
    private volatile bool _isStopping;
    private volatile bool _leads;

    /// <summary>It knows what there is to mirror, and can open lanes at once: what others work on is not taken from them before.</summary>
    public bool IsReady => Volatile.Read(ref _isReady) != 0;

    /// <summary>It is about to give up all that it has.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>It says who has what.</summary>
    public bool Leads
    {
        get => _leads;
        set => _leads = value;
    }

    /// <summary>Slots change hands, here or elsewhere.</summary>
    public bool IsMoving => Volatile.Read(ref _movingUntil) > time.GetUtcNow().UtcTicks;

    /// <summary>False when it was before.</summary>
    public bool TryBeReady() => Interlocked.Exchange(ref _isReady, 1) == 0;

    public void Stop() => _isStopping = true;

    /// <summary>As the group's leader says.</summary>
    public void Move(bool isMoving) => Volatile.Write(ref _movingUntil, isMoving ? (time.GetUtcNow() + MovingFor).UtcTicks : 0);
}
