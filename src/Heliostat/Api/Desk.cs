using Heliostat.Mirroring.Flows;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliostat.Api;

/// <summary>
/// What operators ask for is done here, whichever way they ask: told in the log with who, from where and why, and undone by itself where it
/// is for a time only. Thread-safe.
/// </summary>
internal sealed class Desk(IMirror mirror, TerminalLogger log, TimeProvider time)
{
    /// <summary>An answer waits no longer for what is in flight.</summary>
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly Caller Itself = new("heliostat", Role.Admin, "here");

    private readonly Lock _gate = new();
    private readonly Dictionary<Place, DateTimeOffset> _pausedUntil = [];
    private readonly Dictionary<Place, DateTimeOffset> _throttledUntil = [];

    /// <summary>What a place may take when the time of its throttle is over; null for as much as it can.</summary>
    private readonly Dictionary<Place, long?> _rateBefore = [];

    /// <summary>Stands still until it is told to go on, or <see cref="Wish.Lasts"/> is over.</summary>
    public async Task<ActionDocument> PauseAsync(Place place, Wish wish, Caller by, CancellationToken ct)
    {
        var planned = Plan("pause", place, wish);
        if (wish.DryRun)
        {
            return planned;
        }

        lock (_gate)
        {
            _pausedUntil.Remove(place);
            if (planned.Until is { } until)
            {
                _pausedUntil[place] = until;
            }
        }

        Tell(planned, by);
        return planned with { Settled = await SettledAsync(place, planned.Until, ct) };
    }

    public ActionDocument Resume(Place place, Wish wish, Caller by)
    {
        var planned = Plan("resume", place, wish);
        if (!wish.DryRun)
        {
            lock (_gate)
            {
                _pausedUntil.Remove(place);
            }

            mirror.Resume(place);
            Tell(planned, by);
        }

        return planned;
    }

    /// <summary>What stands still for a trouble is tried at once.</summary>
    public ActionDocument Restart(Place place, Wish wish, Caller by)
    {
        var planned = Plan("restart", place, wish);
        if (!wish.DryRun)
        {
            planned = planned with { Lanes = mirror.Retry(place) };
            Tell(planned, by);
        }

        return planned;
    }

    /// <summary>
    /// Takes no more bytes a second, until it is told otherwise or <see cref="Wish.Lasts"/> is over; null for as much as it can.
    /// </summary>
    public ActionDocument Throttle(Place place, long? bytesPerSecond, Wish wish, Caller by)
    {
        var planned = Plan("throttle", place, wish) with { BytesPerSecond = bytesPerSecond };
        if (!wish.DryRun)
        {
            lock (_gate)
            {
                if (planned.Until is { } until)
                {
                    // A second one for a time ends where the first would have.
                    _rateBefore[place] = _throttledUntil.ContainsKey(place) ? _rateBefore.GetValueOrDefault(place) : RateOf(place);
                    _throttledUntil[place] = until;
                }
                else
                {
                    _throttledUntil.Remove(place);
                    _rateBefore.Remove(place);
                }
            }

            mirror.Throttle(place, bytesPerSecond);
            Tell(planned, by, $" {Said(bytesPerSecond)}");
        }

        return planned;
    }

    /// <summary>A lane that stands still goes on elsewhere.</summary>
    /// <exception cref="Refusal">It cannot.</exception>
    public async Task<ActionDocument> MoveAsync(Place place, long to, Wish wish, Caller by, CancellationToken ct)
    {
        var planned = Plan("position", place, wish);
        var move = (await MoveAsync(place.Flow, new Dictionary<TopicPartition, long> { [new(place.Topic!, place.Partition!.Value)] = to },
            wish.DryRun, ct))[0];
        planned = planned with { From = move.From, To = move.To, Skipped = move.Skipped, Repeated = move.Repeated };
        if (!wish.DryRun)
        {
            planned = planned with { Settled = move.IsStored };
            Tell(planned, by, $" from {move.From} to {move.To}");
        }

        return planned;
    }

    /// <summary>A lane that stands still, whichever process has it, passes records over.</summary>
    /// <exception cref="Refusal">It cannot, nobody has it, or the target does not answer.</exception>
    public async Task<ActionDocument> SkipAsync(Call call, Place place, (long? To, long? Count) amount, Wish wish)
    {
        if (!FlowSkips.IsAmount(amount.To, amount.Count))
        {
            throw new Refusal(StatusCodes.Status400BadRequest, "say where it goes on, to, or how much it passes over, count");
        }

        var flow = Places.FlowOf(mirror.Look(withLanes: false), place).Flow;
        var lane = new TopicPartition(place.Topic!, place.Partition!.Value);
        var came = await call.AskedAsync(ct => mirror.SkipAsync(flow, lane, amount.To, amount.Count, wish.DryRun, ct));
        if (came.Refusal is { } refusal)
        {
            throw new Refusal(came.IsAnswered ? StatusCodes.Status409Conflict : StatusCodes.Status503ServiceUnavailable, refusal);
        }

        var done = new ActionDocument("skip", $"{place}", 1)
        {
            DryRun = wish.DryRun,
            Reason = wish.Reason,
            From = came.From,
            To = came.To,
            Skipped = came.Skipped,
        };
        if (!wish.DryRun)
        {
            Tell(done, call.Caller, $" from {came.From} to {came.To}");
        }

        return done;
    }

    /// <summary>Lanes that stand still go on elsewhere, told by who asks: all of them, or none.</summary>
    /// <exception cref="Refusal">One of them cannot, or a cluster does not answer.</exception>
    public async Task<IReadOnlyList<LaneMove>> MoveAsync(string flow, IReadOnlyDictionary<TopicPartition, long> to, bool dryRun,
        CancellationToken ct)
    {
        using var enough = new CancellationTokenSource(SettleWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
        try
        {
            var moves = await mirror.MoveAsync(flow, to, dryRun, either.Token);
            return moves.FirstOrDefault(move => move.Refusal is not null) is { Refusal: { } refusal }
                ? throw new Refusal(StatusCodes.Status409Conflict, refusal)
                : moves;
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new Refusal(StatusCodes.Status503ServiceUnavailable,
                $"the clusters of {flow} do not answer within {SettleWithin.TotalSeconds:0} s; nothing is changed");
        }
        catch (Exception failure) when (failure is Transport.KafkaConnectionException or Client.KafkaErrorException)
        {
            throw new Refusal(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }

    /// <summary>Tells what was done elsewhere.</summary>
    public void Tell(string action, string what, string? reason, Caller by, string subject = LoggedEvent.ForProgram) =>
        log.Say(
            LogLevel.Information, OneLine($"{by.Name} ({by.Address}): {action} {what}{(reason is null ? "" : $": {reason}")}"), subject,
            "operator_action",
            [new("by", by.Name), new("from", by.Address), new("action", action), new("what", what), new("reason", reason)]);

    /// <summary>Lets go on what was paused for a time that is over, until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var place in Over(_pausedUntil))
            {
                mirror.Resume(place);
                Tell("resume", $"{place}", "the time of its pause is over", Itself, place.Flow);
            }

            foreach (var place in Over(_throttledUntil))
            {
                var before = RateBefore(place);
                mirror.Throttle(place, before);
                Tell("throttle", $"{place} {Said(before)}", "the time of its throttle is over", Itself, place.Flow);
            }
        }
    }

    /// <summary>What somebody writes as a reason makes no lines of the log by itself, and tells terminals nothing.</summary>
    private static string OneLine(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter));

    private static string Said(long? bytesPerSecond) => bytesPerSecond is { } bytes ? $"to {Quantity.Bytes(bytes)} a second" : "no more";

    private long? RateOf(Place place) =>
        Places.FlowOf(mirror.Look(withLanes: false),
            place).Throttles.FirstOrDefault(throttle => throttle.Topic == place.Topic)?.BytesPerSecond;

    private long? RateBefore(Place place)
    {
        lock (_gate)
        {
            return _rateBefore.Remove(place, out var before) ? before : null;
        }
    }

    private List<Place> Over(Dictionary<Place, DateTimeOffset> until)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            List<Place> over = [.. until.Where(place => place.Value <= now).Select(place => place.Key)];
            over.ForEach(place => until.Remove(place));
            return over;
        }
    }

    private ActionDocument Plan(string action, Place place, Wish wish)
    {
        var lanes = Places.LanesOf(mirror.Look(withLanes: true), place);
        return new ActionDocument(action, $"{place}", action == "restart" ? lanes.Count(lane => lane.Paused is not null) : lanes.Count)
        {
            DryRun = wish.DryRun,
            Reason = wish.Reason,
            Until = time.GetUtcNow() + wish.Lasts,
        };
    }

    private async Task<bool> SettledAsync(Place place, DateTimeOffset? until, CancellationToken ct)
    {
        using var enough = new CancellationTokenSource(SettleWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, enough.Token);
        try
        {
            await mirror.PauseAsync(place, until, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Tell(ActionDocument done, Caller by, string how = "") =>
        Tell(done.Action, $"{done.What}{how}{(done.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}",
            done.Reason, by, done.What.Split('/')[0]);
}

/// <summary>How an action is meant.</summary>
/// <param name="Reason">Why; null where nobody says.</param>
/// <param name="Lasts">After which it is undone by itself; null for never.</param>
/// <param name="DryRun">Only say what would be done.</param>
internal sealed record Wish(string? Reason = null, TimeSpan? Lasts = null, bool DryRun = false);
