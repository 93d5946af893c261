using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>
/// Lets one event of one subject through in a minute, and of those with one cause the first, whatever they say of its consequences. What is held back is
/// counted, and the last of it is said when the minute is over. Errors come through whatever else was said of their cause. Thread-safe.
/// </summary>
internal sealed class EventPace(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A shorter cause, such as an error code, is that of many things.</summary>
    private const int Telling = 24;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Said> _said = [];

    /// <summary>Whether it is to be said now.</summary>
    public bool Takes(LoggedEvent happened)
    {
        lock (_gate)
        {
            var before = _said.GetValueOrDefault(happened.Key);
            if (before is not null)
            {
                before.Held++;
                before.Last = happened;
                return false;
            }

            if (happened.Level < LogLevel.Error && SameCause(happened) is { } first)
            {
                first.Held++;
                return false;
            }

            _said[happened.Key] = new Said(time.GetTimestamp(), happened);
            return true;
        }
    }

    /// <summary>What was held back and is due to be said, in the order in which it happened last; all of it at the end of a log.</summary>
    public IReadOnlyList<LoggedEvent> Due(bool atEnd = false)
    {
        lock (_gate)
        {
            List<(DateTimeOffset Happened, LoggedEvent Event)> due = [];
            foreach (var (key, said) in _said.ToArray())
            {
                var elapsed = time.GetElapsedTime(said.At);
                if (elapsed < Window && !atEnd)
                {
                    continue;
                }

                if (said.Held == 0)
                {
                    _said.Remove(key);
                    continue;
                }

                due.Add((said.Last.At, said.Last with { At = time.GetLocalNow(), Text = $"{said.Last.Text} ({More(said.Held)} in the last {elapsed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s)" }));
                (said.Held, said.At) = (0, time.GetTimestamp());
            }

            return [.. due.OrderBy(held => held.Happened).Select(held => held.Event)];
        }
    }

    private Said? SameCause(LoggedEvent happened) => happened.Cause is not { Length: >= Telling } cause ? null : _said.Values.FirstOrDefault(
        said => said.First.Subject == happened.Subject && said.Last.Cause is { Length: >= Telling } told
            && (cause.Contains(told, StringComparison.Ordinal) || told.Contains(cause, StringComparison.Ordinal)));

    private static string More(int count) => count == 1 ? "once more" : string.Create(CultureInfo.InvariantCulture, $"{count} times more");

    private sealed class Said(long at, LoggedEvent first)
    {
        public long At { get; set; } = at;

        public LoggedEvent First { get; } = first;

        public LoggedEvent Last { get; set; } = first;

        public int Held { get; set; }
    }
}
