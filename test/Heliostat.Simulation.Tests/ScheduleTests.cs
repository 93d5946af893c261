using System.Collections.Concurrent;
using System.Globalization;
using Heliostat.Simulation.Running;
using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Worlds;
using Heliostat.Testing;

namespace Heliostat.Simulation.Tests;

/// <summary>
/// The whole mirror under faults, in simulated time. <c>HELIOSTAT_SCHEDULES</c> says how many seeds; the program runs as many as wanted.
/// </summary>
public sealed class ScheduleTests
{
    private static readonly int FewSchedules = Thorough.Of(60, 300);

    /// <summary>Where nobody asked for a number no more are begun after this, on a machine however slow.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(40);

    private static readonly int FewOfWorkers = Thorough.Of(12, 60);

    private static readonly TimeSpan EnoughOfWorkers = TimeSpan.FromSeconds(12);

    [Fact]
    public void Whatever_happens_nothing_is_lost_or_reordered_and_nothing_doubled_where_that_is_promised() =>
        Holds(FewSchedules, Enough, seed => Schedule.Of(seed));

    [Fact]
    public void It_holds_for_workers_that_share_a_flow_and_one_of_them_writes_to_a_lane() =>
        Holds(FewOfWorkers, EnoughOfWorkers, seed => Schedule.OfWorkers(seed));

    /// <summary>
    /// Seeds that once failed: exactly-once went on at an offset sync of what a killed mirror had not committed; of a source that was made
    /// anew before a killed mirror had stored anything but where it began, nobody was told; a topic that grew before its first position was
    /// stored was placed by key; a batch that a target took twice, as it had forgotten its producer, was not told where it was the first of
    /// a lane, or of a lane of before; of a lane that began anew in a group nothing was stored before its first record was, and that came
    /// again; what a target lost was hidden by what it took next, as it had forgotten its producer.
    /// </summary>
    [Theory]
    [InlineData(1837)]
    [InlineData(2785)]
    [InlineData(2962)]
    [InlineData(3967)]
    [InlineData(6309)]
    [InlineData(596)]
    [InlineData(1622)]
    [InlineData(4484)]
    [InlineData(5408)]
    [InlineData(5708)]
    [InlineData(7395)]
    [InlineData(1559)]
    [InlineData(2203)]
    [InlineData(4459)]
    [InlineData(4595)]
    [InlineData(5554)]
    [InlineData(1355)]
    [InlineData(3440)]
    internal void What_was_found_stays_mended(int seed) => Assert.Null(Run.Of(Schedule.Of(seed)).Failure);

    /// <summary>
    /// Of workers: under exactly-once the target lost one offset, and a marker took its place, so that nobody saw that a record was gone; a
    /// lane whose first position was all that was stored came twice, as its target had taken its last batch twice.
    /// </summary>
    [Theory]
    [InlineData(1776)]
    [InlineData(2727)]
    internal void What_workers_found_stays_mended(int seed) => Assert.Null(Run.Of(Schedule.OfWorkers(seed)).Failure);

    /// <summary>A follower that is behind is made the leader, under load, three times a run.</summary>
    [Fact]
    public void What_a_target_loses_to_an_unclean_election_is_mirrored_again_and_nothing_stands_there_twice()
    {
        var hurt = 0;
        for (var seed = 1; seed <= 8; seed++)
        {
            var of = Schedule.Of(seed, MirrorWay.Topic) with
            {
                Brokers = 3,
                ReplicationDelay = TimeSpan.FromMilliseconds(400),
                MinInsync = 1,
                GoesOn = true,
                Load = TimeSpan.FromSeconds(20),
            };
            var result = Run.Of(of.With(Enumerable.Range(1, 3).Select(n =>
                new Fault(TimeSpan.FromSeconds(5 * n), FaultKind.CutLog, OnTarget: true, TimeSpan.FromSeconds(14), (seed * 11) + n))));

            Assert.Null(result.Failure);
            Assert.Equal((seed, 0, 0), (seed, result.Found.Duplicated, result.Found.Lost));
            hurt += result.IsWhole ? 0 : 1;
        }

        Assert.True(hurt > 0, "no election took anything");
    }

    [Theory]
    [InlineData(MirrorWay.Group)]
    [InlineData(MirrorWay.Topic)]
    [InlineData(MirrorWay.Transaction)]
    internal void A_seed_runs_the_same_way_each_time(MirrorWay way)
    {
        var first = Run.Of(Schedule.Of(17, way));
        var again = Run.Of(Schedule.Of(17, way));

        Assert.Null(first.Failure);
        Assert.Equal(first.Log, again.Log);
        Assert.Equal(first.Simulated, again.Simulated);
        Assert.Equal(first.Found, again.Found);
    }

    [Fact]
    public void Workers_run_the_same_way_each_time()
    {
        var first = Run.Of(Schedule.OfWorkers(17));
        var again = Run.Of(Schedule.OfWorkers(17));

        Assert.Null(first.Failure);
        Assert.Equal(first.Log, again.Log);
        Assert.Equal(first.Found, again.Found);
    }

    [Fact]
    public void What_is_wrong_on_the_target_is_counted()
    {
        Assert.Equal((0, 0, 0), Counts("abcd", "abcd"));
        Assert.Equal((1, 0, 0), Counts("abcd", "abd"));
        Assert.Equal((0, 2, 0), Counts("abcd", "abcbcd"));
        Assert.Equal((0, 0, 1), Counts("abcd", "acbd"));

        static (int Lost, int Duplicated, int Reordered) Counts(string source, string target)
        {
            List<string> there = [.. source.Select(c => $"{c} -")];
            var written = there
                .Select((words, order) => new Written(words, order, 0, order)).ToDictionary(record => ReadLog.ValueOf(record.Words));
            var found = Comparison.Of(written, there, [.. target.Select(c => $"{c} -")], taken: []);
            return (found.Lost, found.Duplicated, found.Reordered);
        }
    }

    private static void Holds(int few, TimeSpan enough, Func<int, Schedule> schedule)
    {
        var wanted = Environment.GetEnvironmentVariable("HELIOSTAT_SCHEDULES");
        var count = wanted is null ? few : int.Parse(wanted, CultureInfo.InvariantCulture);
        var began = TimeProvider.System.GetTimestamp();
        var first = Environment.GetEnvironmentVariable("HELIOSTAT_SEED") is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : 1;
        ConcurrentBag<RunResult> failed = [];

        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            if (wanted is null && TimeProvider.System.GetElapsedTime(began) > enough)
            {
                return;
            }

            if (Run.Of(schedule(unchecked(first + i))) is { Failure: not null } result)
            {
                failed.Add(result);
            }
        });

        Assert.True(failed.IsEmpty, string.Join('\n', failed.Select(result => $"seed {result.Schedule.Seed}: {result.Failure}")));
    }
}
