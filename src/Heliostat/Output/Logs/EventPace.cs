using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>
/// Lets one event of one subject through in a minute, and of those with one cause the first, whatever they say of its consequences. What is held back is
/// counted, and when the minute is over the last of it is said, with each of the consequences. Errors come through whatever else was said of their cause. Thread-safe.
/// </summary>
internal sealed class EventPace(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>A shorter cause, such as an error code, is that of many things.</summary>
    private const int Telling = 24;

    /// <summary>Consequences of one cause that a line names.</summary>
    private const int MostConsequences = 5;

    /// <summary>What happened last longer ago than this is told with its time: it may be over.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

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
                first.Consequences[happened.Key] = happened;
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

                if (said is { Held: 0, Consequences.Count: 0 })
                {
                    _said.Remove(key);
                    continue;
                }

                due.Add((said.LastAt, said.Last with { At = time.GetLocalNow(), Text = $"{said.Last.Text} ({Meanwhile(said, elapsed)})" }));
                said.Begin(time.GetTimestamp());
            }

            return [.. due.OrderBy(held => held.Happened).Select(held => held.Event)];
        }
    }

    private Said? SameCause(LoggedEvent happened) => happened.Cause is not { Length: >= Telling } cause ? null : _said.Values.FirstOrDefault(
        said => said.First.Subject == happened.Subject && said.Last.Cause is { Length: >= Telling } told
            && (cause.Contains(told, StringComparison.Ordinal) || told.Contains(cause, StringComparison.Ordinal)));

    private string Meanwhile(Said said, TimeSpan elapsed)
    {
        var more = said.Held switch { 0 => "", 1 => "once more ", _ => string.Create(CultureInfo.InvariantCulture, $"{said.Held} times more ") };
        var over = time.GetLocalNow() - said.LastAt > Fresh ? string.Create(CultureInfo.InvariantCulture, $", the last at {said.LastAt:HH:mm:ss}") : "";
        string[] with = [.. said.Consequences.Values.Select(held => Brief(held.Text, said.Last.Cause!)).Where(text => text.Length > 0).Distinct()];
        var rest = with.Length > MostConsequences ? $", and {with.Length - MostConsequences} more" : "";
        var from = with.Length > 0 ? $"; with it: {string.Join(", ", with.Take(MostConsequences))}{rest}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{more}in the last {elapsed.TotalSeconds:0} s{over}{from}");
    }

    /// <summary>What a consequence says before it comes to the cause.</summary>
    private static string Brief(string text, string cause) => text.IndexOf(cause, StringComparison.Ordinal) is var at and >= 0 ? text[..at].TrimEnd(' ', ':', ';', '(') : text;

    private sealed class Said(long at, LoggedEvent first)
    {
        public long At { get; private set; } = at;

        public LoggedEvent First { get; } = first;

        /// <summary>When it, or what follows from it, happened last.</summary>
        public DateTimeOffset LastAt => Consequences.Values.Select(held => held.At).Append(Last.At).Max();

        /// <summary>What followed from it and was not said, by its key.</summary>
        public Dictionary<string, LoggedEvent> Consequences { get; } = [];

        public LoggedEvent Last { get; set; } = first;

        public int Held { get; set; }

        public void Begin(long at)
        {
            (At, Held) = (at, 0);
            Consequences.Clear();
        }
    }
}
