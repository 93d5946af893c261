using Heliostat.Commands;
using Heliostat.Status;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Commands;

public sealed class TopFrameTests
{
    private static readonly StatusDocument Status = StatusOf.Engine(Snapshots.Everything, Snapshots.At, Snapshots.At);
    private static readonly LaneDocument[] Lanes =
        [.. Snapshots.Everything.Flows.SelectMany(flow => flow.ByLane.Select(lane => StatusOf.Lane(flow.Flow, lane, Snapshots.At)))];

    [Theory]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    [InlineData(40, 10)]
    public void It_fits(int width, int height)
    {
        var frame = TopFrame.Of(Status, Lanes, new TopView(), width, height, isColored: false);

        Assert.InRange(frame.Count, 5, height);
        Assert.All(frame, line => Assert.InRange(line.Length, 0, width));
    }

    [Fact]
    public void The_sentence_then_flows_then_lanes_then_keys()
    {
        var frame = TopFrame.Of(Status, Lanes, new TopView(), 120, 24, isColored: false);

        Assert.StartsWith("LOST  Lost since the start: 17 records of orders in A->B", frame[0], StringComparison.Ordinal);
        Assert.Contains(frame,
            line => line.StartsWith("A->B  running", StringComparison.Ordinal) && line.Contains("13 s", StringComparison.Ordinal));
        Assert.Contains(frame, line => line.StartsWith("A->B orders-1  failed", StringComparison.Ordinal));
        Assert.StartsWith("q quit", frame[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_is_typed_and_taken_back()
    {
        var view = new TopView();
        foreach (var key in "/pAy")
        {
            view.Press(new ConsoleKeyInfo(key, ConsoleKey.A, false, false, false));
        }

        Assert.Equal("/pAy_", TopFrame.Of(Status, Lanes, view, 80, 24, isColored: false)[^1]);
        view.Press(new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false));
        Assert.Equal(["A->B pay\"s-0"], Named(view));
        view.Press(new ConsoleKeyInfo('\u001b', ConsoleKey.Escape, false, false, false));
        Assert.Equal(4, Named(view).Length);
    }

    [Theory]
    [InlineData("q")]
    [InlineData("/pay\u0004")]
    public void It_ends_when_somebody_quits_or_the_terminal_is_gone(string keys)
    {
        var view = new TopView();
        foreach (var key in keys)
        {
            Assert.False(view.IsOver);
            view.Press(new ConsoleKeyInfo(key, ConsoleKey.A, false, false, false));
        }

        Assert.True(view.IsOver);
    }

    [Fact]
    public void What_is_old_is_said_to_be_old() =>
        Assert.StartsWith("NO NEWS since",
            TopFrame.Of(Status, Lanes, new TopView { NoNews = "nobody answers" }, 80, 24, isColored: false)[0], StringComparison.Ordinal);

    [Fact]
    public void Colours_only_where_they_are_wanted()
    {
        Assert.Contains("\u001b[31m", TopFrame.Of(Status, Lanes, new TopView(), 80, 24, isColored: true)[0], StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", string.Concat(TopFrame.Of(Status, Lanes, new TopView(), 80, 24, isColored: false)),
            StringComparison.Ordinal);
    }

    private static string[] Named(TopView view) =>
    [
        .. TopFrame.Of(Status, Lanes, view, 120, 24, isColored: false)
            .SkipWhile(line => !line.StartsWith("LANE", StringComparison.Ordinal)).Skip(1).SkipLast(1)
            .Select(line => line.Split("  ")[0]),
    ];
}
