namespace Heliostat.Conformance.Transcripts;

/// <summary>What was asked and answered in one test: steps in order, each with a title and the answer's text.</summary>
public sealed class Transcript
{
    private readonly List<(string Title, string Text)> _steps = [];

    public IReadOnlyList<(string Title, string Text)> Steps => _steps;

    public void Add(string title, string text)
    {
        if (_steps.Exists(step => step.Title == title)) throw new ArgumentException($"there is a step '{title}' already", nameof(title));
        _steps.Add((title, text));
    }

    /// <summary>The text of the steps that this one and <paramref name="expected"/> do not have in common; empty when they agree.</summary>
    public string Differences(IReadOnlyList<(string Title, string Text)> expected, bool mayLack)
    {
        var known = expected.ToDictionary(step => step.Title, step => step.Text);
        var lines = new List<string>();
        foreach (var (title, text) in _steps)
        {
            if (!known.TryGetValue(title, out var wanted)) lines.Add($"-- {title}\nnot in the transcript; answered:\n{text}");
            else if (wanted != text) lines.Add($"-- {title}\nexpected:\n{wanted}\nanswered:\n{text}");
        }

        if (!mayLack) lines.AddRange(known.Keys
            .Where(title => !_steps.Exists(step => step.Title == title)).Select(title => $"-- {title}\nwas not asked"));
        return string.Join("\n\n", lines);
    }
}
