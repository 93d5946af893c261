using Heliostat.Client.Transactions;
using Heliostat.Configuration;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Lanes;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// One flow for as long as the process runs, whichever way it mirrors. One that begins anew after it lost what it stood on holds up no other flow meanwhile.
/// </summary>
public sealed partial class Flow
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly IFlowWay _way;
    private readonly FlowScope _scope;
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random: null);
    private readonly RateMeter _rate;
    private FlowLife? _life;
    private Standing _standing = new(FlowStatus.Starting, null);
    private long _records;
    private long _bytes;

    /// <summary>What the last life left over.</summary>
    private IReadOnlyList<PausedLane> _halted = [];
    private long _repeats;

    internal Flow(string name, IFlowWay way, FlowScope scope)
    {
        Name = name;
        _way = way;
        _scope = scope;
        _rate = new RateMeter(scope.Time);
    }

    /// <summary>The flow as the file names it: <c>A->B</c>.</summary>
    public string Name { get; }

    /// <summary>What it is doing now; any number of callers may ask, and nothing changes by it.</summary>
    public FlowSnapshot Snapshot()
    {
        var life = Volatile.Read(ref _life);
        var summary = Summary(life);
        var (status, cause) = Volatile.Read(ref _standing);
        var runs = life is { IsRunning: true };
        return new FlowSnapshot
        {
            Flow = Name,
            Status = runs ? FlowStatus.Running : status,
            Cause = runs ? life!.Trouble : cause,
            Lanes = summary.Snapshot(_rate.Now, isWhole: life is { IsComplete: true }),
        };
    }

    /// <summary>What each lane is doing now, by topic and partition; lanes that could not be opened yet are missing.</summary>
    public IReadOnlyList<LaneProgress> Lanes()
    {
        var lanes =
            from slot in Volatile.Read(ref _life)?.Slots ?? []
            from lane in slot.Lanes.Open
            orderby lane.Plan.Source.Topic, lane.Plan.Source.Partition
            let now = lane.Snapshot()
            let paused = now.StandsFor is { } pause ? new PausedLane(now.Source.Topic, now.Source.Partition, pause.Cause, pause.RetryAt) : null
            select new LaneProgress(
                now.Source.Topic, now.Source.Partition, lane.Plan.TargetTopic, now.Position, now.SourceEnd < 0 ? null : now.SourceEnd,
                lane.Counters.Records, lane.Counters.Bytes, paused);
        return [.. lanes];
    }

    /// <summary>A round of a duty now, after the one under way; false when the flow does not run, has no such duty, or the round fails.</summary>
    public Task<bool> RunNowAsync(Duty duty, CancellationToken ct) =>
        Volatile.Read(ref _life) is { IsRunning: true } life ? life.RunNowAsync(duty, ct) : Task.FromResult(false);

    /// <summary>Runs until <paramref name="stop"/>, or until it can go on no more; <paramref name="abort"/> ends it at once.</summary>
    internal async Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var done = new CancellationTokenSource();
        var sampling = SampleAsync(done.Token);
        try
        {
            return await LiveAsync(stop, abort) with { Halted = _halted, Repeats = _repeats };
        }
        finally
        {
            await done.CancelSoonAsync();
            await sampling.SettleAsync();
        }
    }

    private async Task<MirrorOutcome> LiveAsync(CancellationToken stop, CancellationToken abort)
    {
        string? said = null;
        for (var failures = 1; ; failures++)
        {
            var began = _scope.Time.GetTimestamp();
            try
            {
                return await LiveOnceAsync(stop, abort);
            }
            catch (ConfigurationException refusal)
            {
                _way.Leave();
                return Refuse(refusal.Message);
            }
            catch (TransactionLostException fenced) when (fenced.Loss == TransactionLoss.Fenced)
            {
                // Whoever came later keeps the flow: taking it back would fence that one, and so on for ever.
                return Refuse($"another process runs this flow: {fenced.Message}");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested || abort.IsCancellationRequested)
            {
                return Stopped(abort);
            }
            catch (Exception failure) when (!_way.BeginsAnew && ClientFailure.IsExpected(failure))
            {
                Stand(FlowStatus.Stopped, failure.Message);
                return new MirrorOutcome(MirrorEnd.Failed, failure.Message);
            }
            catch (Exception failure) when (_way.BeginsAnew)
            {
                failures = _scope.Time.GetElapsedTime(began) > TimeSpan.FromMinutes(1) ? 1 : failures;
                if (failures == 1 || said != failure.Message)
                {
                    Say(failure);
                }

                said = failure.Message;
                Stand(FlowStatus.Waiting, failure.Message);
            }

            try
            {
                await Task.Delay(_backOff.Next(failures), _scope.Time, stop);
            }
            catch (OperationCanceledException)
            {
                return Stopped(abort);
            }
        }
    }

    private async Task<MirrorOutcome> LiveOnceAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var life = new FlowLife(_scope, stop, abort);
        Volatile.Write(ref _life, life);
        try
        {
            await life.RunAsync(_way);
        }
        finally
        {
            Volatile.Write(ref _life, null);
            _halted = [.. life.Slots.SelectMany(slot => slot.Halted)];
            _repeats = life.Slots.Sum(slot => slot.Repeats);
            foreach (var slot in life.Slots)
            {
                Interlocked.Add(ref _records, slot.Delivered.Records);
                Interlocked.Add(ref _bytes, slot.Delivered.Bytes);
            }
        }

        if (life.GivenUp is { } cause)
        {
            Stand(FlowStatus.Stopped, cause);
            return new MirrorOutcome(MirrorEnd.Failed, cause);
        }

        return life.IsAccomplished && !abort.IsCancellationRequested ? Ended(MirrorEnd.Completed) : Stopped(abort);
    }

    private LanesSummary Summary(FlowLife? life)
    {
        var summary = new LanesSummary();
        summary.Deliver(Interlocked.Read(ref _records), Interlocked.Read(ref _bytes));
        foreach (var slot in life?.Slots ?? [])
        {
            summary.Add(slot.Lanes);
            summary.Deliver(slot.Delivered.Records, slot.Delivered.Bytes);
        }

        return summary;
    }

    private async Task SampleAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(SampleInterval, _scope.Time);
        do
        {
            var summary = Summary(Volatile.Read(ref _life));
            _rate.Sample(summary.Records, summary.Bytes);
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>What nobody thought of ends no flow for good either: it is told with its stack, and tried again like the rest.</summary>
    private void Say(Exception failure)
    {
        if (ClientFailure.IsExpected(failure) || failure is TransactionLostException)
        {
            LogWaiting(_scope.Logger, failure.Message);
        }
        else
        {
            LogUnexpected(_scope.Logger, failure, failure.Message);
        }
    }

    private MirrorOutcome Refuse(string cause)
    {
        if (_way.BeginsAnew)
        {
            // The only flow of a process is told by its end.
            LogRefused(_scope.Logger, cause);
        }

        Stand(FlowStatus.Refused, cause);
        return new MirrorOutcome(MirrorEnd.Refused, cause);
    }

    private MirrorOutcome Stopped(CancellationToken abort) => Ended(abort.IsCancellationRequested ? MirrorEnd.Aborted : MirrorEnd.Stopped);

    private MirrorOutcome Ended(MirrorEnd end)
    {
        Stand(FlowStatus.Stopped, null);
        return new MirrorOutcome(end);
    }

    private void Stand(FlowStatus status, string? cause) => Volatile.Write(ref _standing, new Standing(status, cause));

    [LoggerMessage(EventIds.FlowWaiting, LogLevel.Warning, "{Cause}; trying on")]
    private static partial void LogWaiting(ILogger logger, string cause);

    [LoggerMessage(EventIds.FlowFailed, LogLevel.Error, "{Cause}: this should not happen; trying on")]
    private static partial void LogUnexpected(ILogger logger, Exception failure, string cause);

    [LoggerMessage(EventIds.FlowRefused, LogLevel.Error, "does not run: {Cause}")]
    private static partial void LogRefused(ILogger logger, string cause);

    private sealed record Standing(FlowStatus Status, string? Cause);
}
