using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>
/// Lets one event of one subject through in a minute, and of those with one cause the first, whatever they say of its consequences. What is
/// held back is counted, and told with each of the consequences when the minute is over, or with the event that ends the trouble. Errors
/// come through whatever else was said of their cause. Thread-safe.
/// </summary>
internal sealed class EventPace(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A shorter cause, such as an error code, is that of many things.</summary>
    private const int Telling = 24;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SaidEvent> _reported = [];

    /// <summary>Troubles that were only held back as consequences: their end is as little news.</summary>
    private readonly HashSet<(int Id, string Subject)> _untold = [];

    /// <summary>What is to be said of it now; null for nothing.</summary>
    public LoggedEvent? Take(LoggedEvent happened)
    {
        lock (_gate)
        {
            var before = _reported.GetValueOrDefault(happened.Key);
            if (AllClear.Ends(happened.Id) is { } trouble)
            {
                return TakeAllClear(happened, trouble, before);
            }

            if (before is not null)
            {
                before.Again(happened);
                return null;
            }

            if (happened.Level < LogLevel.Error && SameCause(happened) is { } first)
            {
                first.With(happened);
                _untold.Add((happened.Id, happened.Subject));
                return null;
            }

            _untold.Remove((happened.Id, happened.Subject));
            return Say(happened);
        }
    }

    /// <summary>What was held back and is due to be said, in the order in which it happened last; all of it at the end of a log.</summary>
    public IReadOnlyList<LoggedEvent> Due(bool atEnd = false)
    {
        lock (_gate)
        {
            List<(DateTimeOffset Happened, LoggedEvent Event)> due = [];
            foreach (var (key, said) in _reported.ToArray())
            {
                var elapsed = time.GetElapsedTime(said.At);
                if (elapsed < Window && !atEnd)
                {
                    continue;
                }

                if (!said.HasMore)
                {
                    _reported.Remove(key);
                    continue;
                }

                due.Add((said.LastAt, said.Summary(time.GetLocalNow(), elapsed)));
                said.Told(time.GetTimestamp());
            }

            return [.. due.OrderBy(held => held.Happened).Select(held => held.Event)];
        }
    }

    /// <summary>With the end of a trouble goes what was held back of it: told later it would look as if it went on.</summary>
    private LoggedEvent? TakeAllClear(LoggedEvent happened, int trouble, SaidEvent? before)
    {
        SaidEvent[] ended = [.. _reported.Values.Where(said => said.First.Id == trouble && said.First.Subject == happened.Subject
            && happened.NamesWhatIsIn(said.Last))];
        var isUntold = _untold.Remove((trouble, happened.Subject)) && ended.Length == 0;
        var hadMore = ended.Any(said => said.HasMore);
        var meanwhile = string.Join(", ", ended.Select(said => said.Consequences()).Where(text => text.Length > 0));
        foreach (var said in ended)
        {
            said.Clear();
        }

        if (isUntold)
        {
            return null;
        }

        if (before is null)
        {
            return Say(meanwhile.Length == 0 ? happened : happened with { Text = $"{happened.Text}; meanwhile: {meanwhile}" });
        }

        // Several clients of one cluster end one trouble; one that came again in between is another.
        if (hadMore)
        {
            before.Again(happened);
        }

        return null;
    }

    private LoggedEvent Say(LoggedEvent happened)
    {
        _reported[happened.Key] = new SaidEvent(time.GetTimestamp(), happened);
        return happened;
    }

    private SaidEvent? SameCause(LoggedEvent happened) =>
        happened.Cause is not { Length: >= Telling } cause ? null : _reported.Values.FirstOrDefault(
            said => said.First.Subject == happened.Subject && said.Last.Cause is { Length: >= Telling } told
                && (cause.Contains(told, StringComparison.Ordinal) || told.Contains(cause, StringComparison.Ordinal)));
}
