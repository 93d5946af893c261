using Heliostat.Client;
using Heliostat.Client.Membership;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Sharing;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// The processes that run a flow are the members of a group on its target, which shares the slots of the flow out among them. What stays
/// with a worker does not pause when others come and go.
/// <list type="bullet">
/// <item>A. A slot that this worker is to have is held by it from then on (<see cref="WorkerOffer.Held"/>), and open once what others left
/// of it was read.</item>
/// <item>B. A slot that it is to have no more is held until its lanes are given back, and the group is told then.</item>
/// <item>C. When the group has put this worker out, everything closes at once, nothing is stored, and the life of the flow ends.</item>
/// </list>
/// </summary>
internal sealed class WorkerGroup : IOwnership, IWorker
{
    private static readonly TimeSpan LoadEvery = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Everything _here;
    private readonly WorkerIdentity _identity;
    private readonly WorkerPhase _phase;
    private readonly FlowScope _scope;
    private readonly WorkGroup _group;
    private readonly AsyncSignal _changed = new(inline: false);
    private readonly BackOff _backOff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), random: null);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly HeldSlots _slots = new();
    private readonly AsyncLock _one = new();
    private IReadOnlyList<TopicPartition> _known = [];
    private Task? _losing;
    private CancellationToken _abort;
    private CancellationTokenSource? _givingUp;
    private WorkerStatus _status = WorkerStatus.None;

    /// <param name="target">The group is on its cluster.</param>
    /// <param name="options">The group, and how to be a member.</param>
    /// <param name="identity">Who this worker is.</param>
    /// <param name="scope">The flow's.</param>
    public WorkerGroup(KafkaClient target, MemberOptions options, WorkerIdentity identity, FlowScope scope)
    {
        _identity = identity;
        _here = new Everything(Slots.Of);
        _phase = new WorkerPhase(scope.Time);
        _scope = scope;
        _group = new WorkGroup(target, options, this, scope.Time, scope.Loggers);
        Lease = new Lease(options.SessionTimeout, () => _group.RenewedAt, scope.Time);
    }

    public LaneSlots Slots => _identity.Slots;

    /// <summary>Whether anything may be written now.</summary>
    public Lease Lease { get; }

    /// <summary>Reads what was stored of slots that are about to be opened, by whoever had them.</summary>
    public Func<CancellationToken, Task> Read { private get; set; } = _ => Task.CompletedTask;

    /// <summary>What this worker's slots write under; null where they have no terms.</summary>
    public ISlotTerms? Terms { private get; set; }

    /// <summary>What an operator wants of who has what.</summary>
    public WishBook? Wishes
    {
        private get;
        set
        {
            field = value;
            value?.Changed = Reconsider;
        }
    }

    /// <summary>Told whether there are others, whose lanes may be this worker's later.</summary>
    public Func<bool, Task> Shared { private get; set; } = static _ => Task.CompletedTask;

    /// <summary>What each slot costs now.</summary>
    public Func<IReadOnlyDictionary<int, long>> Load { private get; set; } = () => new Dictionary<int, long>();

    /// <summary>Called when what a flow has once is this process's from now on.</summary>
    public Func<CancellationToken, Task> TookControl { private get; set; } = _ => Task.CompletedTask;

    /// <summary>Called when everything may be another's: nothing more is to be written.</summary>
    public Action Lost { private get; set; } = static () => { };

    /// <summary>How this worker stands among the others.</summary>
    public WorkerStatus Status => Volatile.Read(ref _status);

    /// <summary>This worker does what a flow has once.</summary>
    public bool IsControl
    {
        get
        {
            lock (_gate) return _slots.IsOpen(Slots.Control);
        }
    }

    /// <summary>It takes part, and all lanes that it is to have were given to its holders, as far as they are known.</summary>
    public bool HasAll
    {
        get
        {
            lock (_gate) return _entered.Task.IsCompletedSuccessfully && _slots.AreAllOpen;
        }
    }

    string IWorker.ProtocolType => "heliostat";

    string IWorker.Protocol => "slots";

    bool IWorker.IsMoving => _phase.IsMoving;

    /// <summary>Is in the group until <paramref name="ct"/> is cancelled, then gives back what it has and leaves.</summary>
    /// <exception cref="KafkaErrorException">The group does not want this worker.</exception>
    public async Task TakePartAsync(CancellationToken ct)
    {
        // Lanes are given back under the lease.
        using var left = new CancellationTokenSource();
        var ticking = Lease.RunAsync(left.Token);
        try
        {
            await LoopEnds.FirstEndsAllAsync([InGroupAsync, FollowAsync, WeighAsync], ct);
        }
        catch (Exception failure)
        {
            _entered.TrySetException(failure);
            throw;
        }
        finally
        {
            if (_losing is null)
            {
                Lease.Leave();
            }

            await left.CancelSoonAsync();
            await ticking.SettleAsync();
            _left.TrySetResult();
        }
    }

    /// <summary>Ends when the group has told this worker what it has, be it nothing; then reads what is stored, and opens that.</summary>
    public async Task EnterAsync(Func<CancellationToken, Task> read, CancellationToken ct)
    {
        await _entered.Task.WaitHereAsync(ct);
        await OpenAsync(read, readsAnyway: true, ct);
    }

    public async Task RunAsync(IReadOnlyList<ILaneHolder> holders, CancellationToken stop, CancellationToken abort)
    {
        _abort = abort;
        using var done = new CancellationTokenSource();
        var giving = _here.RunAsync(holders, done.Token, abort);
        _changed.Set();
        await _left.Task.HereAsync();
        await (_losing ?? Task.CompletedTask);
        await done.CancelSoonAsync();
        await giving;
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>These are to be mirrored, by whoever has their slots.</summary>
    public void Give(IEnumerable<TopicPartition> lanes)
    {
        lock (_gate)
        {
            _known = [.. lanes];
            GiveKnown();
        }

        if (_phase.TryBeReady() && Status.Workers > 1)
        {
            _group.Rejoin("it is ready");
        }
    }

    /// <summary>The lane is this process's now: one that is to be given up still is, until its last position is stored.</summary>
    public bool Has(TopicPartition lane)
    {
        lock (_gate) return _slots.MayBeOpen(Slots.Of(lane));
    }

    public void Forget(TopicPartition lane) => _here.Forget(lane);

    /// <summary>Takes lanes back that are not to be mirrored any more, by whomever.</summary>
    public Task TakeAsync(IReadOnlyList<TopicPartition> lanes) => OneAtATimeAsync(abort => _here.TakeAsync(lanes, abort));

    byte[] IWorker.Offer()
    {
        lock (_gate) return Offer(Load()).Write();
    }

    bool IWorker.IsGone(ReadOnlyMemory<byte> offer) => ProcessMark.HasEnded(WorkerOffer.Read(offer)?.Process);

    bool IWorker.IsToBeAnnounced()
    {
        _phase.Stop();
        lock (_gate) return Status.Workers > 1 && _slots.AnyOpen && _losing is null;
    }

    IReadOnlyDictionary<string, byte[]> IWorker.Assign(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> offers, string self)
    {
        var read = offers.ToDictionary(offer => offer.Key, offer => WorkerOffer.Read(offer.Value));
        lock (_gate)
        {
            // It may have begun alone since it said so.
            read[self] = Offer(Load());
        }

        var shares = SlotBalance.Shares(read, Wishes?.Now ?? SlotWishes.None);
        foreach (var (member, share) in shares.Where(share => share.Value.Differs.Count > 0))
        {
            WorkerLog.Other(_scope.Logger, read[member]?.Name ?? member, string.Join(", ", share.Differs));
        }

        return shares.ToDictionary(share => share.Key, share => share.Value.Write());
    }

    ValueTask IWorker.AloneAsync(CancellationToken ct)
    {
        Take(All(Slots));
        return ValueTask.CompletedTask;
    }

    ValueTask IWorker.ShareAsync(ReadOnlyMemory<byte> share, bool leads, CancellationToken ct)
    {
        _phase.Leads = leads;
        if (WorkerShare.Read(share) is { } read)
        {
            Take(read);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// What is queued to be written is of lanes that are others' by now, and goes with the life of the flow: the next one joins anew, and
    /// reads what they stored.
    /// </summary>
    ValueTask IWorker.LoseAsync()
    {
        if (!_entered.Task.IsCompletedSuccessfully || _losing is not null)
        {
            return ValueTask.CompletedTask;
        }

        Lease.Lose();
        lock (_gate)
        {
            _slots.Lose();
            Volatile.Write(ref _status, WorkerStatus.None);
            _givingUp?.Cancel();
        }

        Lost();
        _losing = OneAtATimeAsync(_here.LoseAsync);
        throw new KafkaErrorException(ErrorCode.UnknownMemberId,
            "its group has put this worker out: its lanes are others' by now, and it joins again");
    }

    private async Task OneAtATimeAsync(Func<CancellationToken, Task> change)
    {
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            await change(_abort);
        }
        finally
        {
            _one.Release();
        }
    }

    async ValueTask IWorker.GiveUpAsync()
    {
        lock (_gate)
        {
            _slots.Want(new HashSet<int>());
        }

        await OneAtATimeAsync(_here.TakeAllAsync);
        await ReleaseAsync(Terms?.Held ?? []);
    }

    private Task ReleaseAsync(IReadOnlyCollection<int> slots) => Terms?.ReleaseAsync(slots, _abort) ?? Task.CompletedTask;

    string IWorker.Explain(string protocolType, string clients) => protocolType == "connect"
        ? $"MirrorMaker 2 runs this flow ({clients}); what it has is taken over when it has stopped"
        : $"it is not a group of workers but of type '{protocolType}' ({clients})";

    private void GiveKnown() => _here.Give(_known.Where(lane => _slots.IsOpen(Slots.Of(lane))));

    private WorkerOffer Offer(IReadOnlyDictionary<int, long> load) =>
        new(_identity.Name, Slots.Count, _slots.Held, _slots.Leaving, load, _identity.File)
        {
            Process = ProcessMark.Own,
            IsStopping = _phase.IsStopping,
            IsReady = _phase.IsReady,
        };

    private void Take(WorkerShare share)
    {
        var others = share.Differs.Count > 0 ? share.Workers : share.Workers - 1;
        Lease.Hold(isAlone: others <= 0);
        _phase.Move(share.IsMoving);
        bool isGivenUp;
        lock (_gate)
        {
            isGivenUp = _slots.Want(share.Slots);
            Volatile.Write(ref _status, new WorkerStatus(_identity.Name, share.Slots.Count(slot => slot < Slots.Count), Slots.Count,
                share.Workers, share.Differs));
        }

        WorkerLog.Told(_scope.Logger, _identity, share);

        _entered.TrySetResult();
        _changed.Set();
        if (isGivenUp)
        {
            _group.Rejoin("slots were given up");
        }
    }

    /// <summary>An operator wants others to have something: who leads the group shares anew.</summary>
    private void Reconsider()
    {
        if (_phase.Leads)
        {
            _group.Rejoin("an operator says who is to have what");
        }
    }

    /// <summary>Who may not be in the group runs the flow alone, as it says: nothing keeps another process from the same.</summary>
    private async Task InGroupAsync(CancellationToken ct)
    {
        try
        {
            await _group.RunAsync(ct);
        }
        catch (KafkaErrorException refusal) when (refusal.Code == ErrorCode.GroupAuthorizationFailed)
        {
            WorkerLog.Alone(_scope.Logger, refusal.Message);
            Take(All(Slots));
            await Task.Delay(Timeout.InfiniteTimeSpan, _scope.Time, ct).SettleAsync();
            await ((IWorker)this).GiveUpAsync();
        }
    }

    private static WorkerShare All(LaneSlots slots) => new(Enumerable.Range(0, slots.Count + 1).ToHashSet(), 1, []);

    /// <summary>Opens and gives up slots, one change after the other.</summary>
    private async Task FollowAsync(CancellationToken ct)
    {
        await using var stop = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _changed);
        for (var failures = 0; !ct.IsCancellationRequested;)
        {
            await _changed.WaitAsync();
            if (!_here.IsRunning || ct.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                await GiveUpUnwantedAsync();
                await OpenAsync(Read, readsAnyway: false, ct);
                await Shared(Status.Workers > 1);
                failures = 0;
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                WorkerLog.Unread(_scope.Logger, failure.Message);
                await Task.Delay(_backOff.Next(++failures), _scope.Time, ct);
                _changed.Set();
            }
        }
    }

    private async Task GiveUpUnwantedAsync()
    {
        List<TopicPartition> lanes = [];
        int[] slots = [];
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(_abort);
            lock (_gate)
            {
                _givingUp = lost;
                slots = _slots.BeginClosing();
                lanes = [.. _here.Given.Where(lane => slots.Contains(Slots.Of(lane)))];
            }

            if (slots.Length > 0)
            {
                await _here.TakeAsync(lanes, lost.Token);
                await ReleaseAsync(slots);
                WorkerLog.GivenUp(_scope.Logger, slots.Length, lanes.Count);
            }
        }
        catch (OperationCanceledException)
        {
            // Lost meanwhile: closed all the same.
        }
        finally
        {
            lock (_gate)
            {
                _givingUp = null;
                _slots.Closed();
            }

            _one.Release();
        }

        if (slots.Length > 0)
        {
            _group.Rejoin("slots were given up");
        }
    }

    private async Task OpenAsync(Func<CancellationToken, Task> read, bool readsAnyway, CancellationToken ct)
    {
        HashSet<int> coming;
        lock (_gate)
        {
            coming = _slots.BeginOpening();
        }

        if (coming.Count > 0 || readsAnyway)
        {
            await TakeUpAsync(coming, read, ct);
        }

        if (coming.Contains(Slots.Control))
        {
            await TookControl(ct);
        }
    }

    private async Task TakeUpAsync(HashSet<int> coming, Func<CancellationToken, Task> read, CancellationToken ct)
    {
        var isDone = false;
        try
        {
            await (Terms?.TakeAsync(coming, ct) ?? Task.CompletedTask);
            await read(ct);
            isDone = true;
        }
        finally
        {
            lock (_gate)
            {
                if (_losing is null && _slots.Opened(coming, isDone))
                {
                    _changed.Set();
                }

                GiveKnown();
            }
        }
    }

    /// <summary>The group's leader levels loads by what workers say when they join: one whose load became another says so.</summary>
    private async Task WeighAsync(CancellationToken ct)
    {
        var said = 0L;
        using var timer = new PeriodicTimer(LoadEvery, _scope.Time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var load = Load().Values.Sum();
            if (Status.Workers > 1 && Math.Abs(load - said) > Math.Max(said, load) / 4)
            {
                said = load;
                _group.Rejoin("its load has changed");
            }
        }
    }
}
