using System.Collections.Concurrent;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Tells of losses, and knows what halts a lane. Where the flow has a state topic all of it is kept there (<see cref="LossLedger"/>).
/// Thread-safe.
/// </summary>
/// <param name="policies">What is done about losses.</param>
/// <param name="ledger">Keeps them; null where there is no place for it: then the next start finds again what is still so.</param>
/// <param name="wayOn">How somebody lets a halted lane go on, as an order.</param>
/// <param name="logger">For people.</param>
/// <param name="time">The clock.</param>
/// <param name="counts">Counts them; null where nobody looks.</param>
internal sealed partial class LossBook(LossPolicies policies, LossLedger? ledger, Func<Loss, string> wayOn, ILogger logger,
    TimeProvider time, LossCounts? counts = null)
{
    private readonly ConcurrentDictionary<(TopicPartition, LossKind, long), bool> _told = new();

    private readonly UntransformedRecords _untransformed = new(time);

    public LossPolicies Policies => policies;

    /// <summary>What is to be done about a loss that a running lane has met; one that is only recorded is told here.</summary>
    public LossAction Judge(Loss loss)
    {
        var action = policies.Of(loss.Kind, loss.Lane.Topic);
        if (action == LossAction.Record)
        {
            Tell(loss, action);
        }

        return action;
    }

    /// <summary>A record is among the dead letters.</summary>
    public void PutAside(Loss loss) => Tell(loss, LossAction.DeadLetter, loss.GoOnAt ?? loss.Position + 1);

    /// <summary>
    /// Tells of a loss and what is done about it, once however often it is found; <paramref name="goOnAt"/> is where the lane goes on.
    /// </summary>
    public void Tell(Loss loss, LossAction action, long goOnAt = -1)
    {
        if (loss.Kind == LossKind.Untransformed && action != LossAction.Halt)
        {
            TellUntransformed(loss);
            return;
        }

        ledger?.Record(loss, action, action == LossAction.Halt ? CauseOf(loss) : loss.Cause);
        if (!_told.TryAdd((loss.Lane, loss.Kind, loss.Position), true))
        {
            return;
        }

        counts?.Add(loss);
        switch (action)
        {
            case LossAction.Halt:
                LogHalted(logger, loss.Lane.Topic, loss.Lane.Partition, CauseOf(loss));
                break;
            case LossAction.Record:
                LogRecorded(logger, loss.Cause);
                break;
            default:
                LogDone(logger, loss.Cause, loss.Kind.Name(), action.Name(), goOnAt);
                break;
        }
    }

    /// <summary>Tells what was gathered of records that rules do not take; of seconds that are over, or all of it.</summary>
    public void TellRest(bool all)
    {
        foreach (var rest in _untransformed.Rest(all))
        {
            Keep(rest);
        }
    }

    /// <summary>
    /// Does about a loss what its policy says, for a lane that goes on at <paramref name="goOnAt"/> or halts; whether it halts. A halt is
    /// told by who halts the lane, once it stands, so that none is told that a stop in between would make nothing of.
    /// </summary>
    public bool Halts(Loss loss, long goOnAt)
    {
        var action = policies.Of(loss.Kind, loss.Lane.Topic);
        if (action == LossAction.Halt)
        {
            return true;
        }

        Tell(loss, action, goOnAt);
        return false;
    }

    /// <summary>The lane goes on, or is to be looked at anew: if the same befalls it again, it is told again.</summary>
    public void Forget(TopicPartition lane)
    {
        ForgetRecords(lane);
        foreach (var told in _told.Keys.Where(told => told.Item1 == lane))
        {
            _told.TryRemove(told, out _);
        }
    }

    /// <summary>What stands at the offsets of the lane's log are other records now: those that rules do not take are told.</summary>
    public void ForgetRecords(TopicPartition lane)
    {
        if (_untransformed.Forget(lane) is { } rest)
        {
            Keep(rest);
        }
    }

    private void TellUntransformed(Loss loss)
    {
        if (!_untransformed.TryTake(loss, out var told))
        {
            return;
        }

        counts?.Add(loss);
        foreach (var one in told)
        {
            Keep(one);
        }
    }

    private void Keep(Loss untransformed)
    {
        var isLetter = policies.Of(untransformed.Kind, untransformed.Lane.Topic) == LossAction.DeadLetter;
        var action = isLetter ? LossAction.DeadLetter : LossAction.Record;
        ledger?.Record(untransformed, action, untransformed.Cause);
        if (isLetter)
        {
            LogDone(logger, untransformed.Cause, untransformed.Kind.Name(), action.Name(), untransformed.GoOnAt ?? -1);
        }
        else
        {
            LogRecorded(logger, untransformed.Cause);
        }
    }

    /// <summary>What halts the lane, and how it is let go on.</summary>
    public string CauseOf(Loss loss) => $"{loss.Cause}; {wayOn(loss)}";

    [LoggerMessage(EventIds.LaneHalted, LogLevel.Error, "lane {Topic}-{Partition} stops: {Cause}")]
    private static partial void LogHalted(ILogger logger, string topic, int partition, string cause);

    [LoggerMessage(EventIds.LaneGap, LogLevel.Warning, "{Cause}")]
    private static partial void LogRecorded(ILogger logger, string cause);

    [LoggerMessage(EventIds.LossRemedied, LogLevel.Warning,
        "{Cause}; the lane goes on at offset {Offset}, as heliostat.on.{Kind} is {Action}")]
    private static partial void LogDone(ILogger logger, string cause, string kind, string action, long offset);
}
