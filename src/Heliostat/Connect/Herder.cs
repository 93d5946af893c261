using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Ownership;
using Heliostat.Output.Logs;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Connect;

/// <summary>
/// Runs the mirror connectors of a Connect cluster: follows what its config topic says, lets flows begin, change and end by it, and tells
/// how they are (Kafka Connect's word).
/// <list type="bullet">
/// <item>A. Nothing runs before this process is in the cluster's group, or while workers of Kafka Connect are in it; it leaves that when
/// nothing runs any more, and nothing begins after that.</item>
/// <item>B. What the config topic says is what counts: whatever is asked for is written there first, and done when it was read back.</item>
/// <item>C. What the topics cannot be asked for any more changes nothing of what runs.</item>
/// </list>
/// </summary>
internal sealed class Herder(ConnectWorkerFile file, Func<string> worker, MirrorEngine engine, TerminalLogger log, TimeProvider time,
    ILoggerFactory loggers)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(2);

    private readonly AsyncLock _one = new();
    private readonly ConnectGroup _group = new(file.Client, file.GroupId, worker, time, loggers);
    private readonly Dictionary<FlowName, HerdedFlow> _flows = [];
    private Herd? _herd;
    private ConnectStore? _store;
    private string? _clusterId;
    private CancellationToken _abort;
    private bool _isOver;

    /// <summary>What this process is called in statuses.</summary>
    public string Worker => worker();

    /// <summary>The id of the cluster that records are written to; null before it answered.</summary>
    public string? ClusterId => Volatile.Read(ref _clusterId);

    /// <summary>
    /// The connectors and their flows as they are now; null before the topics were read for the first time, and while workers of Kafka
    /// Connect are in the group.
    /// </summary>
    public Herd? Herd => Volatile.Read(ref _herd);

    /// <summary>What runs for a flow; null for nothing.</summary>
    public HerdedFlow? Find(FlowName flow) => Herd?.Running.FirstOrDefault(one => one.Options.Name == flow);

    /// <summary>Runs until told to stop.</summary>
    public async Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        _abort = abort;
        using var leaving = new CancellationTokenSource();
        var inGroup = _group.RunAsync(leaving.Token);
        try
        {
            await _group.EnteredAsync(stop);
            while (!stop.IsCancellationRequested)
            {
                await FollowAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || abort.IsCancellationRequested)
        {
            // As asked.
        }
        finally
        {
            await StopAllAsync();
            await leaving.CancelSoonAsync();
            await inGroup.SettleAsync();
        }

        var ends = await Settling.AllAsync(_flows.Values.Select(flow => flow.Running));
        return new MirrorOutcome(abort.IsCancellationRequested ? MirrorEnd.Aborted : MirrorEnd.Stopped)
        {
            Halted = [.. ends.SelectMany(end => end.Halted)],
            Repeats = ends.Sum(end => end.Repeats),
            Idle = [.. _flows.Keys
                .Zip(ends).SelectMany(flow => flow.Second.Failure is { } cause ? [$"{flow.First}: {cause}"] : flow.Second.Idle)],
        };
    }

    /// <summary>Writes to the config topic and does what it says then.</summary>
    /// <exception cref="KafkaErrorException">The cluster refuses it.</exception>
    public async Task SayAsync(IReadOnlyList<KeyValuePair<string, byte[]?>> records, CancellationToken ct)
    {
        var store = Volatile.Read(ref _store)
            ?? throw new KafkaErrorException(ErrorCode.CoordinatorNotAvailable, "the config topic cannot be written now");
        await store.WriteAsync(records, ct);
        await HeedAsync(store);
    }

    /// <summary>A flow that could not go on begins again.</summary>
    public async Task RestartAsync(FlowName flow, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (!_isOver && Find(flow) is { Running.IsCompleted: true } ended)
            {
                await EndAsync(flow);
                Begin(ended.Connectors, ended.Configuration);
                Publish(_herd!.Connectors, _herd.Plan, _herd.Wrong);
            }
        }
        finally
        {
            _one.Release();
        }

        if (Volatile.Read(ref _store) is { } store)
        {
            await HeedAsync(store);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        await using var store = new ConnectStore(file, time, loggers);
        using var end = new CancellationTokenSource();
        Task[] following = [.. store.Loops.Select(loop => loop(end.Token))];
        try
        {
            await store.ReadAsync(stop);
            Volatile.Write(ref _clusterId, store.ClusterId ?? ClusterId);
            Volatile.Write(ref _store, store);
            using var timer = new PeriodicTimer(LookEvery, time);
            do
            {
                await HeedAsync(store);
                await TellAsync(store, stop);
            }
            while (!Array.Exists(following, loop => loop.IsCompleted) && await timer.WaitForNextTickAsync(stop));
            await await Settling.AnyAsync(following);
        }
        catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException or ConfigurationException)
        {
            log.Say(LogLevel.Warning,
                $"the topics of the Connect cluster cannot be followed: {failure.Message}; trying on, what runs goes on",
                name: "connect_topics");
            await Task.Delay(TryEvery, time, stop).SettleAsync();
        }
        finally
        {
            if (stop.IsCancellationRequested)
            {
                await StopAllAsync();
                await LastWordAsync(store);
            }

            Volatile.Write(ref _store, null);
            await end.CancelSoonAsync();
            await Settling.AllAsync(following).SettleAsync();
        }
    }

    /// <summary>One of the group tells; what is told has the same end as what runs.</summary>
    private async Task TellAsync(ConnectStore store, CancellationToken ct)
    {
        if (_group.Leads)
        {
            using var enough = new CancellationTokenSource(TryEvery, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
            try
            {
                await store.TellAsync(Statuses(), either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // Told at the next look.
            }
        }
    }

    /// <summary>As a worker of Kafka Connect that leaves says it.</summary>
    private async Task LastWordAsync(ConnectStore store)
    {
        try
        {
            using var enough = new CancellationTokenSource(TryEvery, time);
            if (_group.Leads)
            {
                await store.TellAsync([.. Statuses().Select(Unassigned)], enough.Token);
            }
        }
        catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException or OperationCanceledException)
        {
            // The next worker says how they are.
        }
    }

    private IReadOnlyList<ConnectorStatus> Statuses() =>
        Herd is { } herd ? [.. herd.All(withSecrets: false).Select(connector => connector.Status(Worker))] : [];

    private static ConnectorStatus Unassigned(ConnectorStatus status) => status.Connector.State == "STOPPED" ? status : status with
    {
        Connector = status.Connector with { State = "UNASSIGNED", Trace = null },
        Tasks = [.. status.Tasks.Select(task => task with { State = "UNASSIGNED", Trace = null })],
    };

    /// <summary>Does what the config topic says now.</summary>
    private async Task HeedAsync(ConnectStore store)
    {
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            if (_isOver)
            {
                return;
            }

            if (_group.IsShutOut)
            {
                await EndAllAsync();
                return;
            }

            var connectors = store.State.Connectors;
            if (!ReferenceEquals(connectors, _herd?.Connectors))
            {
                await ChangeAsync(connectors);
            }

            foreach (var flow in _flows.Values)
            {
                await SetStateAsync(flow, connectors);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ChangeAsync(IReadOnlyList<KeptConnector> connectors)
    {
        var plan = HerdPlan.Of(connectors);
        Dictionary<FlowName, string> wrong = [];
        foreach (var gone in _flows.Keys.Except(plan.Flows.Select(flow => flow.Name)).ToList())
        {
            await EndAsync(gone);
        }

        foreach (var flow in plan.Flows)
        {
            if (await ChangeAsync(flow, connectors) is { } why)
            {
                wrong[flow.Name] = why;
            }
        }

        foreach (var other in plan.Others.Where(other => _herd is null || !_herd.Plan.Others.Any(known => known.Name == other.Name)))
        {
            log.Say(LogLevel.Warning,
                $"connector {other.Name} is left alone: only MirrorMaker 2's connectors run here, and it is a "
                    + $"{other.Config.GetValueOrDefault("connector.class") ?? "connector without a class"}", name: "connector_left_alone");
        }

        Publish(connectors, plan, wrong);
    }

    /// <summary>Why it cannot run; null when it does.</summary>
    private async Task<string?> ChangeAsync(MirrorConnectors flow, IReadOnlyList<KeptConnector> connectors)
    {
        var running = _flows.GetValueOrDefault(flow.Name);
        if (running is not null && running.Is(flow))
        {
            return null;
        }

        var configuration = file.Flow(flow);
        if (configuration.Errors.Count > 0)
        {
            await EndAsync(flow.Name);
            return string.Join("; ", configuration.Errors.Select(problem => ConnectorProblems.Text(problem, flow.Name)));
        }

        if (running is not null && running.HasSameName(flow))
        {
            var options = file.Runnable(flow, configuration);
            var isThrottleOnly = running.Is(flow, but: MirrorMaker2Configuration.ThrottleKey)
                && running.Configuration.Differs(flow.Name.Pair, configuration) is [MirrorMaker2Configuration.ThrottleKey];
            if (engine.Change(options, isThrottleOnly))
            {
                (running.Connectors, running.Configuration, running.Options) = (flow, configuration, options);
                return null;
            }
        }

        await EndAsync(flow.Name);
        foreach (var warning in configuration.Warnings)
        {
            log.Say(LogLevel.Warning, ConnectorProblems.Text(warning, flow.Name), $"{flow.Name}");
        }

        Begin(flow, configuration);
        await SetStateAsync(_flows[flow.Name], connectors);
        return null;
    }

    private void Begin(MirrorConnectors connectors, MirrorMaker2Configuration configuration)
    {
        var options = file.Runnable(connectors, configuration);
        if (connectors.Before is [.., var before])
        {
            log.Say(LogLevel.Information,
                $"{connectors.Source!.Name} mirrors beside {before.Name}: topics that both match, by the same names, are mirrored by that "
                    + "one",
                $"{connectors.Name}", name: "connector_beside");
        }

        var flow = engine.Add(options);
        var stop = new CancellationTokenSource();
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flows[connectors.Name] = new HerdedFlow
        {
            Flow = flow,
            Stop = stop,
            Running = RunAsync(flow, begin.Task, stop.Token),
            Connectors = connectors,
            Configuration = configuration,
            Options = options,
            Begin = begin,
        };
    }

    /// <summary>What is to stand still is told so before its first life begins.</summary>
    private async Task<MirrorOutcome> RunAsync(Flow flow, Task begin, CancellationToken stop)
    {
        await begin;
        return await flow.RunAsync(stop, _abort);
    }

    private async Task EndAsync(FlowName name)
    {
        if (_flows.Remove(name, out var ended))
        {
            ended.Begin.TrySetResult();
            await ended.Stop.CancelSoonAsync();
            await ended.Running.SettleAsync();
            engine.Remove(ended.Flow);
            ended.Stop.Dispose();
        }
    }

    /// <summary>
    /// Forgets what is known of the connectors, too: it is what the config topic says when this process is in the group again.
    /// </summary>
    private async Task EndAllAsync()
    {
        await AskToEndAsync();
        foreach (var name in _flows.Keys.ToList())
        {
            await EndAsync(name);
        }

        Volatile.Write(ref _herd, null);
    }

    private async Task AskToEndAsync()
    {
        foreach (var flow in _flows.Values)
        {
            flow.Begin.TrySetResult();
            await flow.Stop.CancelSoonAsync();
        }
    }

    private async Task StopAllAsync()
    {
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            _isOver = true;
            await AskToEndAsync();
            await Settling.AllAsync(_flows.Values.Select(flow => flow.Running)).SettleAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// A flow does what is wanted of its connectors. What it remembers itself of a pause of all its lanes does not count: connectors have
    /// their states elsewhere.
    /// </summary>
    private async Task SetStateAsync(HerdedFlow flow, IReadOnlyList<KeptConnector> connectors)
    {
        var source = Target(flow.Connectors.Source);
        // Its lanes are known once its topics were looked at: where they stand is asked for, and changed, while it is stopped.
        Idle(ConnectorKind.Source, source == TargetState.Stopped && flow.Flow.Snapshot().Lanes.Lanes > 0);
        Idle(ConnectorKind.Checkpoint, Target(flow.Connectors.Checkpoint) != TargetState.Started);
        Idle(ConnectorKind.Heartbeat, Target(flow.Connectors.Heartbeat) != TargetState.Started);
        var still = source != TargetState.Started;
        var settles = !flow.IsSettled && flow.Flow.Snapshot().Status == FlowStatus.Running;
        if (flow.StandsStill != still || settles)
        {
            flow.StandsStill = still;
            flow.IsSettled |= settles;
            if (still)
            {
                using var enough = new CancellationTokenSource(SettleWithin, time);
                await flow.Flow.PauseAsync(enough.Token).SettleAsync();
            }
            else if (flow.Flow.Snapshot().IsPaused)
            {
                flow.Flow.Resume();
            }
        }

        flow.Begin.TrySetResult();

        void Idle(ConnectorKind kind, bool isIdle)
        {
            foreach (var duty in kind.Duties)
            {
                flow.Flow.Idle(duty, isIdle);
            }
        }

        TargetState Target(WrittenConnector? connector) =>
            connectors.FirstOrDefault(kept => kept.Name == connector?.Name)?.Target ?? TargetState.Started;
    }

    private void Publish(IReadOnlyList<KeptConnector> connectors, HerdPlan plan, IReadOnlyDictionary<FlowName, string> wrong) =>
        Volatile.Write(ref _herd, new Herd(connectors, plan, wrong, [.. _flows.Values]));
}
