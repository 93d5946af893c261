using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Sharing;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// One life of a flow, from looking at its clusters to giving its lanes back. When something is lost that it stands on (a transaction, a
/// loop), it ends.
/// <list type="bullet">
/// <item>A. Loops are of two kinds: services go on while lanes are given back, work ends first.</item>
/// <item>B. The first loop to end ends the life; its failure is the life's.</item>
/// <item>C. Lanes are given back by who owns them, in one place (<see cref="FlowSlot.RevokeAsync"/>), however the life ends.</item>
/// </list>
/// </summary>
/// <param name="scope">The flow's.</param>
/// <param name="totals">Where it counts on.</param>
/// <param name="suspended">What an operator wants to stand still.</param>
/// <param name="stop">Stop gracefully: fetch no more, let acknowledgements in, store positions.</param>
/// <param name="abort">Stop at once.</param>
internal sealed class FlowLife(FlowScope scope, FlowTotals totals, Suspensions suspended, CancellationToken stop,
    CancellationToken abort) : IAsyncDisposable
{
    private readonly CancellationTokenSource _services = CancellationTokenSource.CreateLinkedTokenSource(abort);
    private readonly CancellationTokenSource _work = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
    private readonly TaskCompletionSource _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _serving = [];
    private readonly List<Task> _working = [];
    private readonly List<object> _kept = [];
    private readonly List<Func<CancellationToken, Task>> _last = [];
    private readonly List<Func<Trouble?>> _troubles = [];
    private readonly List<SourceEndsLoop> _ends = [];
    private readonly Dictionary<Duty, List<Rounds>> _duties = [];
    private volatile FlowSlot[] _slots = [];
    private Func<bool> _isComplete = () => true;
    private Task? _goal;
    private Trouble? _givenUp;

    public FlowScope Scope => scope;

    public FlowTotals Totals => totals;

    /// <summary>What an operator wants to stand still.</summary>
    public Suspensions Suspended => suspended;

    /// <summary>The shares of its lanes, once it runs.</summary>
    public IReadOnlyList<FlowSlot> Slots => _slots;

    /// <summary>The lanes that are open now.</summary>
    public IEnumerable<Lane> OpenLanes => _slots.SelectMany(slot => slot.Lanes.Open);

    /// <summary>Another process may have been given what this one has.</summary>
    public Func<bool> MayBeAnothers { get; set; } = static () => false;

    /// <summary>That was so when the life ended.</summary>
    public bool WasAnothers { get; private set; }

    /// <summary>How this process stands among those that share the flow; null where none do.</summary>
    public Func<WorkerStatus>? Workers { get; set; }

    /// <summary>Its lanes are open, or it has none.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>All that is to be mirrored has a lane.</summary>
    public bool IsComplete => IsRunning && !IsEnding && _isComplete();

    /// <summary>Lanes are being given back: those that are left are not all.</summary>
    public bool IsEnding => _work.IsCancellationRequested;

    /// <summary>All that was asked for was done.</summary>
    public bool IsAccomplished => _goal is { IsCompletedSuccessfully: true };

    /// <summary>Why it gave up; null when it did not.</summary>
    public Trouble? GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>The cluster it mirrors from; null before it was looked for.</summary>
    public SeenCluster? Source { get; private set; }

    /// <summary>The cluster it mirrors to; null before it was looked for.</summary>
    public SeenCluster? Target { get; private set; }

    /// <summary>Lets lanes go on elsewhere; null where positions are not the flow's own.</summary>
    public LaneMoves? Moves { get; set; }

    /// <summary>Where the groups stand that it follows; null while it follows none.</summary>
    public CheckpointStore? Checkpoints { get; set; }

    /// <summary>What does not get on although it runs; empty when all is well.</summary>
    public IReadOnlyList<Trouble> Troubles
    {
        get
        {
            lock (_troubles)
            {
                return [.. _troubles.Select(trouble => trouble()).OfType<Trouble>()];
            }
        }
    }

    /// <summary>The source tells where it ends: otherwise what was heard last may be far behind.</summary>
    public bool KnowsEnds
    {
        get
        {
            lock (_troubles)
            {
                return _ends.TrueForAll(ends => ends.Trouble is null);
            }
        }
    }

    /// <summary>Starts a loop that goes on while lanes are given back.</summary>
    public void Serve(Func<CancellationToken, Task> loop) => _serving.Add(loop(_services.Token));

    /// <summary>Starts a loop that is not needed while lanes are given back.</summary>
    public void Work(Func<CancellationToken, Task> loop) => _working.Add(loop(_work.Token));

    /// <summary>Starts a duty; <paramref name="isTrouble"/>: that it fails is a trouble of the flow.</summary>
    public Rounds Do(Duty duty, Rounds rounds, bool isTrouble = true)
    {
        lock (_duties)
        {
            if (!_duties.TryGetValue(duty, out var same))
            {
                _duties[duty] = same = [];
            }

            same.Add(rounds);
        }

        rounds.IsIdle = () => suspended.Has(duty);

        if (isTrouble)
        {
            Watch(() => rounds.Trouble);
        }

        Work(rounds.RunAsync);
        return rounds;
    }

    /// <summary>Starts opening lanes; that it cannot open some is a trouble of the flow.</summary>
    public void Open(LaneOpener opener)
    {
        Watch(() => opener.Trouble);
        Work(opener.RunAsync);
    }

    /// <summary>Starts asking where the source ends; that it does not tell is a trouble of the flow.</summary>
    public void Ask(SourceEndsLoop ends)
    {
        lock (_troubles)
        {
            _ends.Add(ends);
        }

        Watch(() => ends.Trouble);
        Work(ends.RunAsync);
    }

    /// <summary>Disposed of with the life, the last one first.</summary>
    public T Keep<T>(T thing)
        where T : notnull
    {
        _kept.Add(thing);
        return thing;
    }

    /// <summary>What <paramref name="trouble"/> gives is a trouble of the flow.</summary>
    public void Watch(Func<Trouble?> trouble)
    {
        lock (_troubles)
        {
            _troubles.Add(trouble);
        }
    }

    /// <summary>That what <paramref name="appender"/> has is not taken is a trouble of the flow.</summary>
    public void Watch(IAppender appender) => Watch(() => appender.Trouble is { } said ? Trouble.Said(TroubleKind.NotStored, said) : null);

    /// <summary>Lets <paramref name="owner"/> give lanes to <paramref name="slots"/>, and take all of them back at the end.</summary>
    public void Share(IReadOnlyList<FlowSlot> slots, IOwnership owner)
    {
        _slots = [.. slots];
        foreach (var slot in slots)
        {
            Do(Duty.Positions, slot.Positions.Rounds);
        }

        Work(ct => owner.RunAsync(slots, ct, _services.Token));
    }

    /// <summary>What the flow's clusters say of themselves.</summary>
    public void See(KafkaClient source, KafkaClient target)
    {
        Source = new SeenCluster(source);
        Target = new SeenCluster(target);
    }

    /// <summary>Asked for whether all that is to be mirrored has a lane.</summary>
    public void CompleteWhen(Func<bool> isComplete) => _isComplete = isComplete;

    /// <summary>Done once lanes are given back, while what serves still runs.</summary>
    public void Last(Func<CancellationToken, Task> last) => _last.Add(last);

    /// <summary>Ends the life when <paramref name="goal"/> does: all that was asked for is done then.</summary>
    public void EndWith(Func<CancellationToken, Task> goal) => _working.Add(_goal = goal(_work.Token));

    /// <summary>Ends the life, and the flow with it, because of <paramref name="trouble"/>.</summary>
    public void GiveUp(Trouble trouble)
    {
        Interlocked.CompareExchange(ref _givenUp, trouble, null);
        _gaveUp.TrySetResult();
    }

    /// <summary>A round of a duty now; false when there is none of the kind, or it failed.</summary>
    public async Task<bool> RunNowAsync(Duty duty, CancellationToken ct)
    {
        Rounds[] all;
        lock (_duties)
        {
            all = [.. _duties.GetValueOrDefault(duty, [])];
        }

        return all.Length > 0 && (await Settling.AllAsync(all.Select(rounds => rounds.RunNowAsync(ct)))).All(done => done);
    }

    /// <summary>Runs until stopped, aborted, accomplished or lost; throws what it was lost by.</summary>
    public async Task RunAsync(IFlowWay way)
    {
        try
        {
            await way.BeginAsync(this, _work.Token);
            IsRunning = true;
            await Settling.AnyAsync([.. _serving, .. _working, _gaveUp.Task.HereAsync(),
                Task.Delay(Timeout.InfiniteTimeSpan, scope.Time, _work.Token)]);
        }
        finally
        {
            await EndAsync();
        }

        if (GivenUp is null)
        {
            // What fails because its connections were cut is no failure.
            abort.ThrowIfCancellationRequested();
        }

        await LoopEnds.ThrowFirstFailureAsync([.. _working, .. _serving]);
        if (!stop.IsCancellationRequested && GivenUp is null && !IsAccomplished)
        {
            throw new InvalidOperationException("a loop of the flow ended without being asked to");
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _kept.Count - 1; i >= 0; i--)
        {
            if (_kept[i] is IAsyncDisposable later)
            {
                await later.DisposeAsync();
            }
            else
            {
                (_kept[i] as IDisposable)?.Dispose();
            }
        }

        _services.Dispose();
        _work.Dispose();
    }

    private async Task EndAsync()
    {
        WasAnothers = MayBeAnothers();
        var isBroken = _serving.Exists(task => task.IsCompleted);
        foreach (var slot in isBroken ? _slots : [])
        {
            slot.Break();
        }

        await _work.CancelSoonAsync();
        await EndOfWorkAsync();
        try
        {
            if (!abort.IsCancellationRequested && !isBroken && !Array.Exists(_slots, slot => slot.IsLost))
            {
                foreach (var last in _last)
                {
                    await last(_services.Token);
                }
            }
        }
        finally
        {
            await _services.CancelSoonAsync();
            await LoopEnds.AllAsync(_serving);
        }
    }

    /// <summary>An abort cuts the connections, so that nothing waits for a cluster any more.</summary>
    private async Task EndOfWorkAsync()
    {
        try
        {
            await LoopEnds.AllAsync(_working).WaitHereAsync(abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            foreach (var connected in _kept.OfType<IAsyncDisposable>())
            {
                await connected.DisposeAsync();
            }

            await LoopEnds.AllAsync(_working);
        }
    }
}
