using Heliostat.Demo;
using Heliostat.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Heliostat.DemoView;

/// <summary>
/// One picture of a running demo, made to fit: every lane in a row of its own, then what happened, then what can be done.
/// </summary>
internal static class DashboardFrame
{
    private const int WideEnoughForCauses = 110;
    private const int WideEnoughForGroup = 78;
    private const int WideEnoughForSides = 56;
    private const int TallEnoughForRules = 30;
    private const int Servers = 2;
    private const int Rules = 3;
    private const int ClockWidth = 9;

    /// <summary>What the columns before the last one take, padding included.</summary>
    private const int StateAt = 86;

    public static IRenderable Of(DemoSnapshot demo, int width, int height)
    {
        // What must be there first: title, totals, the table's head, and at the end the keys; then lanes; then the rest, as far as there is
        // room.
        const int Always = 4;
        var lanes = Math.Clamp(height - Always, 1, demo.Lanes.Count);
        var room = height - Always - lanes;
        var hasServers = room >= Servers + 2;
        var tall = hasServers && height >= TallEnoughForRules;
        room -= (hasServers ? Servers : 0) + (tall ? Rules : Math.Min(room, 1));

        List<IRenderable> rows = [Title(demo), Totals(demo, width)];
        Rule(rows, tall);
        rows.Add(Lanes(demo, lanes, width));
        if (tall)
        {
            Rule(rows, tall);
        }
        else if (height - Always - lanes > 0)
        {
            rows.Add(Line(" "));
        }

        rows.AddRange(Events(demo, room, width));
        Rule(rows, tall);
        if (hasServers)
        {
            rows.Add(Line($"[grey]source[/]  {Words.Kcat(demo.Source)}"));
            rows.Add(Line($"[grey]target[/]  {Words.Kcat(demo.Target)}"));
        }

        rows.Add(Keys(width));
        return new Rows(rows);
    }

    private static void Rule(List<IRenderable> rows, bool tall)
    {
        if (tall)
        {
            rows.Add(new Rule().RuleStyle(Style.Parse("grey")));
        }
    }

    private static Markup Title(DemoSnapshot demo)
    {
        var length = demo.For is { } time && demo.Phase is DemoPhase.Starting or DemoPhase.Running
            ? $" of {Words.Time(demo.For!.Value)}"
            : "";
        var page = demo.Page is { } address ? $"  {address}" : "";
        return Line($"[bold]heliostat demo[/]  {Words.Time(demo.Elapsed)}{length}  [grey]{Words.Phase(demo.Phase)}{page}[/]");
    }

    private static Markup Totals(DemoSnapshot demo, int width)
    {
        var lanes = demo.MovingLanes == demo.Lanes.Count
            ? $"{demo.Lanes.Count} lanes"
            : $"[yellow]{demo.MovingLanes} of {demo.Lanes.Count} lanes move[/]";
        var lag = demo.Lag is not { } behind || behind > demo.Mirror.RecordsPerSecond
            ? $"[yellow]lag {Words.Known(demo.Lag)}[/]"
            : $"lag {Words.Count(behind)}";
        var mirrored = width >= WideEnoughForGroup ? $"  [grey]{Words.Count(demo.Mirror.Records)} mirrored[/]" : "";
        return Line(
            $"{lanes}  [green]{Words.Rate(demo.Mirror.RecordsPerSecond)} records/s  {Words.Megabytes(demo.Mirror.BytesPerSecond)} MB/s[/]  "
                + $"{lag}{mirrored}");
    }

    private static Table Lanes(DemoSnapshot demo, int count, int width)
    {
        var isWide = width >= WideEnoughForGroup;
        var table = new Table().NoBorder().Expand();
        table.AddColumn(Column("[grey]lane[/]").LeftAligned());
        foreach (var name in isWide
            ? (string[])["source end", "target end", "lag", "rec/s", DemoTopics.Group, "on target"]
            : ["source end", "target end", "lag"])
        {
            table.AddColumn(Column($"[grey]{name}[/]").RightAligned());
        }

        table.AddColumn(Column("[grey]state[/]").LeftAligned());
        foreach (var lane in demo.Lanes.Take(count))
        {
            var name = $"{lane.Topic}-{lane.Partition}{(width < WideEnoughForCauses ? "" : $" [grey]{lane.Kind}[/]")}";
            Markup[] ends = [Line(name), Line(Words.Count(lane.SourceEnd)), Line(Words.Count(lane.TargetEnd)), Lag(lane)];
            Markup[] group = [Line(Words.Rate(lane.RecordsPerSecond)), Line(Offset(lane.GroupOffset)),
                Line($"[aqua]{Offset(lane.TranslatedOffset)}[/]")];
            table.AddRow([.. ends, .. isWide ? group : [], State(lane, width)]);
        }

        return table;
    }

    private static Markup Lag(DemoLane lane) =>
        Line(lane.Lag is not { } lag ? "[grey]?[/]"
            : lag == 0 ? "[grey]0[/]"
            : lane.Waits is null ? Words.Count(lag)
            : $"[yellow]{Words.Count(lag)}[/]");

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

    private static Markup Keys(int width) => Line(
        width >= WideEnoughForGroup ? "[invert] s [/] restart a source broker  [invert] t [/] restart a target broker  [invert] q [/] "
            + "audit and quit"
        : width >= WideEnoughForSides ? "[invert] s [/][invert] t [/] restart a broker of source or target  [invert] q [/] end"
        : "[invert] s [/][invert] t [/] restart a broker  [invert] q [/] end");

    private static TableColumn Column(string head) => new TableColumn(head).NoWrap().Padding(0, 0, 1, 0);

    private static Markup Line(string markup) => new Markup(markup).Overflow(Overflow.Ellipsis);
}
