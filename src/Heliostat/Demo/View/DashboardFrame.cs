using Heliostat.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Heliostat.Demo.View;

/// <summary>One picture of a running demo, made to fit: every lane in a row of its own, then what happened, then what can be done.</summary>
internal static class DashboardFrame
{
    private const int WideEnoughForCauses = 110;
    private const int TallEnoughForRules = 30;
    private const int ClockWidth = 9;

    /// <summary>What the columns before the last one take, padding included.</summary>
    private const int StateAt = 86;

    public static IRenderable Of(DemoSnapshot demo, int width, int height)
    {
        var tall = height >= TallEnoughForRules;
        List<IRenderable> rows = [Title(demo), Totals(demo)];
        if (tall)
        {
            rows.Add(new Rule().RuleStyle(Style.Parse("grey")));
        }

        rows.Add(Lanes(demo, width));
        rows.Add(tall ? new Rule().RuleStyle(Style.Parse("grey")) : Text.Empty);

        // Title, totals, the table's head, a line or rule on either side, the foot.
        const int Fixed = 2 + 1 + 1 + 3;
        var room = Math.Max(1, height - Fixed - demo.Lanes.Count - (tall ? 2 : 0) - 1);
        rows.AddRange(Events(demo, room, width));
        if (tall)
        {
            rows.Add(new Rule().RuleStyle(Style.Parse("grey")));
        }

        rows.AddRange(Foot(demo));
        return new Rows(rows);
    }

    private static Markup Title(DemoSnapshot demo)
    {
        var length = demo.For is { } time ? $" of {Words.Time(time)}" : "";
        return Line($"[bold]heliostat demo[/]  {Words.Time(demo.Elapsed)}{length}  [grey]{Words.Phase(demo.Phase)}[/]");
    }

    private static Markup Totals(DemoSnapshot demo)
    {
        var lanes = demo.MovingLanes == demo.Lanes.Count ? $"{demo.Lanes.Count} lanes" : $"[yellow]{demo.MovingLanes} of {demo.Lanes.Count} lanes move[/]";
        var lag = demo.Lag > demo.Mirror.RecordsPerSecond ? $"[yellow]lag {Words.Count(demo.Lag)}[/]" : $"lag {Words.Count(demo.Lag)}";
        return Line(
            $"{lanes}  [green]{Words.Rate(demo.Mirror.RecordsPerSecond)} records/s  {Words.Megabytes(demo.Mirror.BytesPerSecond)} MB/s[/]  {lag}  "
            + $"[grey]{Words.Count(demo.Mirror.Records)} mirrored[/]");
    }

    private static Table Lanes(DemoSnapshot demo, int width)
    {
        var table = new Table().NoBorder().Expand();
        table.AddColumn(Column("[grey]lane[/]").LeftAligned());
        foreach (var name in (string[])["source end", "target end", "lag", "rec/s", DemoTopics.Group, "on target"])
        {
            table.AddColumn(Column($"[grey]{name}[/]").RightAligned());
        }

        table.AddColumn(Column("[grey]state[/]").LeftAligned());
        foreach (var lane in demo.Lanes)
        {
            table.AddRow(
                Line(width < WideEnoughForCauses ? $"{lane.Topic}-{lane.Partition}" : $"{lane.Topic}-{lane.Partition} [grey]{lane.Kind}[/]"), Line(Words.Count(lane.SourceEnd)), Line(Words.Count(lane.TargetEnd)), Lag(lane),
                Line(Words.Rate(lane.RecordsPerSecond)), Line(Offset(lane.GroupOffset)), Line($"[aqua]{Offset(lane.TranslatedOffset)}[/]"), State(lane, width));
        }

        return table;
    }

    private static Markup Lag(DemoLane lane) => Line(lane.Lag == 0 ? "[grey]0[/]" : lane.Waits is null ? Words.Count(lane.Lag) : $"[yellow]{Words.Count(lane.Lag)}[/]");

    private static Markup State(DemoLane lane, int width) => Line(
        !lane.IsOpen ? "[grey]opening[/]"
        : lane.Waits is null ? "[green]ok[/]"
        : width < WideEnoughForCauses ? "[yellow]waits[/]"
        : $"[yellow]waits: {Markup.Escape(WrappedText.Fit(lane.Waits, width - StateAt))}[/]");

    private static string Offset(long? offset) => offset is { } known ? Words.Count(known) : "";

    private static IEnumerable<Markup> Events(DemoSnapshot demo, int room, int width)
    {
        var events = demo.Events.TakeLast(room).ToList();
        foreach (var happened in events)
        {
            yield return Line($"[grey]{Words.Clock(happened.At)}[/] {Markup.Escape(WrappedText.Fit(happened.Text, width - ClockWidth))}");
        }

        for (var i = events.Count; i < room; i++)
        {
            yield return Line(" ");
        }
    }

    private static Markup[] Foot(DemoSnapshot demo) =>
    [
        Line($"[grey]source[/]  {Words.Kcat(demo.Source)}"),
        Line($"[grey]target[/]  {Words.Kcat(demo.Target)}"),
        Line("[invert] s [/] restart a source broker  [invert] t [/] restart a target broker  [invert] q [/] audit and quit"),
    ];

    private static TableColumn Column(string head) => new TableColumn(head).NoWrap().Padding(0, 0, 1, 0);

    private static Markup Line(string markup) => new Markup(markup).Overflow(Overflow.Ellipsis);
}
