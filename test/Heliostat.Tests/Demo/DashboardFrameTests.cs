using Heliostat.Demo;
using Heliostat.DemoView;
using Heliostat.Mirroring.Flows;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Heliostat.Tests.Demo;

public sealed class DashboardFrameTests
{
    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(200, 60)]
    public void Every_part_fits_the_terminal(int width, int height)
    {
        var lines = Frames.Render(Snapshot(), width, height, ColorSystem.NoColors);

        Assert.True(lines.Count <= height, $"{lines.Count} lines");
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length}: {line}"));
        Assert.Contains(lines, line => line.StartsWith("heliostat demo  00:07 of 01:00", StringComparison.Ordinal));
        Assert.Equal(12, lines.Count(line => line.StartsWith("topic-", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("waits", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("broker 1 is killed", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("kcat -C -b 127.0.0.1:9192", StringComparison.Ordinal));
        Assert.Contains("restart a target broker", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, 10, 5)]
    [InlineData(60, 20, 12)]
    [InlineData(60, 16, 12)]
    [InlineData(80, 18, 12)]
    public void A_small_terminal_keeps_title_lanes_and_keys(int width, int height, int lanes)
    {
        var lines = Frames.Render(Snapshot(), width, height, ColorSystem.NoColors);

        Assert.True(lines.Count <= height, $"{lines.Count} lines");
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length}: {line}"));
        Assert.StartsWith("heliostat demo", lines[0], StringComparison.Ordinal);
        Assert.Equal(lanes, lines.Count(line => line.StartsWith("topic-", StringComparison.Ordinal)));
        Assert.StartsWith(" s ", lines[^1], StringComparison.Ordinal);
        if (width >= 60)
        {
            Assert.Contains(" q ", lines[^1], StringComparison.Ordinal);
            Assert.Contains(lines, line => line.StartsWith("topic-11", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.StartsWith("lane", StringComparison.Ordinal) && line.Contains('…'));
        }
    }

    [Fact]
    public void What_a_lane_lags_before_it_is_open_is_not_known()
    {
        var snapshot = Snapshot();
        var lines = Frames.Render(snapshot with { Lanes = [.. snapshot.Lanes.Select(lane => lane with { Lag = lane.IsOpen ? 5 : null })] },
            120, 40, ColorSystem.NoColors);

        Assert.Contains("lag unknown", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("topic-3", StringComparison.Ordinal) && line.Contains('?'));
    }

    private static DemoSnapshot Snapshot() => new()
    {
        Phase = DemoPhase.Running,
        Elapsed = TimeSpan.FromSeconds(7),
        For = TimeSpan.FromMinutes(1),
        Source = "127.0.0.1:9092,127.0.0.1:9093",
        Target = "127.0.0.1:9192,127.0.0.1:9193",
        Mirror = MirrorSnapshot.Empty with { Records = 1_234_567, RecordsPerSecond = 12_345, BytesPerSecond = 123_456_789 },
        Lanes =
        [
            .. Enumerable.Range(0, 12).Select(n => new DemoLane("topic", n, "transactions")
            {
                SourceEnd = 1_234_567,
                TargetEnd = 1_234_000,
                Lag = n * 100,
                RecordsPerSecond = 1_234,
                GroupOffset = n % 2 == 0 ? 1_233_000 : null,
                TranslatedOffset = n % 2 == 0 ? 1_232_000 : null,
                IsOpen = n != 3,
                Waits = n == 5 ? "target: broker 1 at 127.0.0.1:9193 cannot be reached: connection refused; trying again [soon]" : null,
            }),
        ],
        Events = [.. Enumerable.Range(0, 20).Select(n => new DemoEvent(DateTimeOffset.UnixEpoch, LogLevel.Warning,
            $"target: broker 1 is killed; what it leads waits [{n}] {new string('x', 200)}"))],
    };
}
