using System.Text;

namespace Heliostat.Conformance.Transcripts;

/// <summary>
/// The transcripts of a test class, beside it and named as it: what Apache Kafka 4.3.1 answered, and below "on 3.9.1" what that one answers
/// otherwise. HELIOSTAT_UPDATE=4.3.1, and then HELIOSTAT_UPDATE=3.9.1, writes them anew.
/// </summary>
internal sealed class TranscriptFile(string path)
{
    private const string Section = "== ";
    private const string Step = "-- ";
    private const string Older = " on 3.9.1";

    private static readonly Lock Gate = new();

    /// <summary>Compares, or writes down. Returns what differs, empty when nothing does.</summary>
    public string Check(string test, EndpointKind kind, Transcript transcript)
    {
        lock (Gate)
        {
            var sections = Read();
            var main = sections.GetValueOrDefault(test, []);
            var update = Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE");
            switch (kind)
            {
                case EndpointKind.Kafka43 when update == "4.3.1":
                    sections[test] = [.. transcript.Steps];
                    Write(sections);
                    return "";
                case EndpointKind.Kafka39 when update == "3.9.1":
                    var other = transcript.Steps.Where(step => !main.Contains(step)).ToList();
                    if (other.Count > 0) sections[test + Older] = other;
                    else sections.Remove(test + Older);
                    Write(sections);
                    return "";
                case EndpointKind.Kafka39:
                    var older = sections.GetValueOrDefault(test + Older, []);
                    return transcript.Differences([.. main.ExceptBy(older.Select(step => step.Title), step => step.Title), .. older],
                        mayLack: true);
                default:
                    return transcript.Differences(main, mayLack: false);
            }
        }
    }

    private SortedDictionary<string, List<(string Title, string Text)>> Read()
    {
        var sections = new SortedDictionary<string, List<(string Title, string Text)>>(StringComparer.Ordinal);
        if (!File.Exists(path)) return sections;

        List<(string Title, string Text)> steps = [];
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith(Section, StringComparison.Ordinal)) sections.Add(line[Section.Length..], steps = []);
            else if (line.StartsWith(Step, StringComparison.Ordinal)) steps.Add((line[Step.Length..], ""));
            else if (line.Length > 0) steps[^1] = (steps[^1].Title, steps[^1].Text.Length == 0 ? line : $"{steps[^1].Text}\n{line}");
        }

        return sections;
    }

    private void Write(SortedDictionary<string, List<(string Title, string Text)>> sections)
    {
        var text = new StringBuilder();
        foreach (var (name, steps) in sections)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(Section).Append(name).Append('\n');
            foreach (var (title, answer) in steps) text.Append(Step).Append(title).Append('\n').Append(answer).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }
}
