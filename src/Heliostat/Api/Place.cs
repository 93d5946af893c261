using System.Globalization;

namespace Heliostat.Api;

/// <summary>What an action is about: a flow, a topic of it, or one lane.</summary>
/// <param name="Flow"><c>A->B</c>.</param>
/// <param name="Topic">By its name on the source; null for the whole flow.</param>
/// <param name="Partition">Null for the whole topic.</param>
internal sealed record Place(string Flow, string? Topic = null, int? Partition = null)
{
    /// <summary><c>A->B[/TOPIC[/PARTITION]]</c>; <c>A..B</c> stands for <c>A->B</c>, which shells and URLs take without quotes.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Place Parse(string text)
    {
        var parts = text.Split('/', 3);
        var flow = FlowName(parts[0]);
        return !flow.Contains("->", StringComparison.Ordinal) || parts.Any(part => part.Length == 0)
            ? throw new FormatException($"'{text}' is not FLOW[/TOPIC[/PARTITION]], such as 'A->B/orders/3'")
            : parts.Length < 3 ? new Place(flow, parts.Length > 1 ? parts[1] : null)
            : int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                ? new Place(flow, parts[1], partition)
            : throw new FormatException($"'{parts[2]}' in '{text}' is not the number of a partition");
    }

    /// <summary>A flow as its file names it.</summary>
    public static string FlowName(string text) =>
        text.Contains("->", StringComparison.Ordinal) || text.IndexOf("..", StringComparison.Ordinal) is not (> 0 and var dots)
            ? text
            : $"{text[..dots]}->{text[(dots + 2)..]}";

    /// <summary>Its path below <c>/api/v1</c>.</summary>
    public string Path() => $"flows/{Uri.EscapeDataString(Flow)}"
        + (Topic is null ? "" : $"/topics/{Uri.EscapeDataString(Topic)}")
        + (Partition is { } partition ? string.Create(CultureInfo.InvariantCulture, $"/lanes/{partition}") : "");

    public override string ToString() => Flow + (Topic is null ? "" : $"/{Topic}")
        + (Partition is { } partition ? string.Create(CultureInfo.InvariantCulture, $"/{partition}") : "");
}
