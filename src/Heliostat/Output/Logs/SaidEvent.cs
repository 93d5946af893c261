using System.Globalization;

namespace Heliostat.Output.Logs;

/// <summary>An event that was said, and what was held back since then.</summary>
internal sealed class SaidEvent(long at, LoggedEvent first)
{
    /// <summary>Consequences of one cause that a line names.</summary>
    private const int MostConsequences = 5;

    /// <summary>What happened last longer ago than this is told with its time: it may be over.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, LoggedEvent> _consequences = [];
    private int _held;

    /// <summary>When a line was given to it, as timestamps count.</summary>
    public long At { get; private set; } = at;

    public LoggedEvent First { get; } = first;

    public LoggedEvent Last { get; private set; } = first;

    public bool HasMore => _held > 0 || _consequences.Count > 0;

    /// <summary>When it, or what follows from it, happened last.</summary>
    public DateTimeOffset LastAt => _consequences.Values.Select(held => held.At).Append(Last.At).Max();

    /// <summary>It happened again.</summary>
    public void Again(LoggedEvent happened)
    {
        _held++;
        Last = happened;
    }

    /// <summary>Something that follows from it happened.</summary>
    public void With(LoggedEvent consequence) => _consequences[consequence.Key] = consequence;

    /// <summary>All that was held back is told, or of no interest any more.</summary>
    public void Clear()
    {
        _held = 0;
        _consequences.Clear();
    }

    /// <summary>The line that tells what was held back until now.</summary>
    public LoggedEvent Summary(DateTimeOffset now, TimeSpan elapsed)
    {
        var more = _held switch { 0 => "", 1 => "once more ", _ => string.Create(CultureInfo.InvariantCulture, $"{_held} times more ") };
        var over = now - LastAt > Fresh ? string.Create(CultureInfo.InvariantCulture, $", the last at {LastAt:HH:mm:ss}") : "";
        var with = Consequences() is { Length: > 0 } named ? $"; with it: {named}" : "";
        return Last with
        {
            At = now,
            Text = string.Create(CultureInfo.InvariantCulture, $"{Last.Text} ({more}in the last {elapsed.TotalSeconds:0} s{over}{with})")
        };
    }

    /// <summary>What followed from it, without the cause, which is its own.</summary>
    public string Consequences()
    {
        string[] with = [.. _consequences.Values.Select(held => Brief(held.Text, Last.Cause!)).Where(text => text.Length > 0).Distinct()];
        return string.Join(", ", with.Take(MostConsequences))
            + (with.Length > MostConsequences ? $", and {with.Length - MostConsequences} more" : "");
    }

    /// <summary>It has a line of its own now.</summary>
    public void Told(long at)
    {
        At = at;
        Clear();
    }

    private static string Brief(string text, string cause) =>
        text.IndexOf(cause, StringComparison.Ordinal) is var at and >= 0 ? text[..at].TrimEnd(' ', ':', ';', '(') : text;
}
