using Microsoft.Extensions.Logging;

namespace Heliostat.Output.Logs;

/// <summary>A log event as it is shown: when, how bad, whose, what.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Subject">Whose it is: a flow, else the program's.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="Key">The same for events of one kind about one subject, whatever they count or give as their cause.</param>
/// <param name="Cause">Why it happened, where that is a part of it.</param>
internal sealed record LoggedEvent(DateTimeOffset At, LogLevel Level, string Subject, string Text, string Key, string? Cause)
{
    /// <summary>The subject of what belongs to no flow.</summary>
    public const string ForProgram = "heliostat";

    /// <summary>The property that says whose an event is.</summary>
    private const string FlowProperty = "Flow";

    private const string CauseProperty = "Cause";

    private const string CountProperty = "Count";

    /// <summary>Of a logger's state: the template of its text.</summary>
    private const string TemplateProperty = "{OriginalFormat}";

    /// <summary>What differs from one event to the next one like it.</summary>
    private static readonly HashSet<string> Measures =
        [
            FlowProperty, CauseProperty, CountProperty, "Error", "Reason", "Total", "Attempts", "Failures", "Silence", "Seconds", "RetryAt",
            "HowLong", "Epoch", "Generation", "Assigned", "Added", "Revoked", "Members", "Topics", "Partitions", TemplateProperty,
        ];

    /// <summary>Its number, docs/events.md; 0 for what only the program says.</summary>
    public int Id { get; init; }

    /// <summary>Its name, which does not change: docs/events.md.</summary>
    public string Name { get; init; } = "program";

    /// <summary>What it names: hosts, topics, groups.</summary>
    private IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What it tells besides, by the names of the log: <c>topic</c>, <c>partition</c>, <c>count</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Properties { get; init; } = [];

    /// <summary>Whether all that this event names is in <paramref name="other"/>'s text.</summary>
    public bool NamesWhatIsIn(LoggedEvent other) => Names.All(name => other.Text.Contains(name, StringComparison.Ordinal));

    /// <summary>What a logger was told.</summary>
    public static LoggedEvent Of<TState>(DateTimeOffset at, LogLevel level, EventId id, TState state, string text)
    {
        var (subject, cause, isSummary) = (ForProgram, (string?)null, false);
        List<string> named = [];
        var told = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        foreach (var (name, value) in told)
        {
            switch (name)
            {
                case FlowProperty:
                    subject = $"{value}";
                    break;
                case CauseProperty:
                    cause = $"{value}";
                    break;
                case CountProperty:
                    isSummary = true;
                    break;
            }

            if (!Measures.Contains(name))
            {
                named.Add($"{value}");
            }
        }

        // Where nothing else names the subject, the cause does, which says what broker it is about; unless it is one of several.
        var key = string.Join('|', [$"{id.Id}", .. named, isSummary || named.Count > 0 ? "" : cause, subject]);
        return new LoggedEvent(at, level, subject, text, id.Id == 0 ? text : key, cause)
        {
            Id = id.Id,
            Names = named,
            Name = EventNames.Of(id.Id) ?? "other",
            Properties = [.. told.Where(property => property.Key is not (FlowProperty or CauseProperty or TemplateProperty))],
        };
    }
}
