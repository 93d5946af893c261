using System.Runtime.CompilerServices;
using Heliostat.Client;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Lanes;

/// <summary>What is owned and has no lane is tried until it has one, or is halted.</summary>
public sealed class LaneOpenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TopicPartition Good = new("good", 0);
    private static readonly TopicPartition Bad = new("bad", 0);

    private readonly ManualTimeProvider _time = new();
    private readonly LaneTable _lanes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Starts _starts = new();
    private readonly LaneOpener _opener;
    private readonly RecordingLoggerFactory _log = new();
    private readonly List<string> _givenUp = [];
    private Task _running = Task.CompletedTask;

    public LaneOpenerTests()
    {
        var book = new LossBook(LossPolicies.Default, ledger: null, _ => "way on", _log, _time);
        var factory = new LaneFactory(_lanes, new LaneBook(), null!, null!, null!, new Suspensions());
        _opener = new LaneOpener([factory], _starts, book, _time, NullLogger.Instance)
        {
            Patience = new OpeningPatience(TimeSpan.FromSeconds(4), trouble => _givenUp.Add(trouble.Sentence), _time)
        };
    }

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_topic_that_cannot_be_opened_is_tried_again_ever_later_and_holds_up_no_other()
    {
        _starts.Failing["bad"] = "source: away";
        Run(Bad, Good);
        foreach (var wait in new[] { 1, 2, 4 })
        {
            await WaitsAsync(Bad, TimeSpan.FromSeconds(wait));
            Assert.Equal("source: away", _opener.Trouble?.Sentence);
            _time.Advance(TimeSpan.FromSeconds(wait));
        }

        await WaitsAsync(Bad, TimeSpan.FromSeconds(8));
        _starts.Failing.Clear();
        _time.Advance(TimeSpan.FromSeconds(8));
        await Eventually.TrueAsync("no trouble", Patience, () => _opener.Trouble is null, Ct);
        Assert.Equal(1, _starts.Tried(Good));
        Assert.Empty(_givenUp);
    }

    [Fact]
    public async Task What_the_search_for_starts_fails_with_is_the_trouble_of_all_that_it_did_not_get_to()
    {
        _starts.Throws = new KafkaErrorException(ErrorCode.CoordinatorNotAvailable, "source: no coordinator");
        Run(Good, Bad);
        await TriedAsync(Bad, 1);
        await Eventually.TrueAsync("both troubles", Patience, () => _lanes.Troubles().Length == 2, Ct);

        Assert.Equal((TroubleKind.BrokerError, "source: no coordinator; and 1 more topics"),
            (_opener.Trouble!.Kind, _opener.Trouble.Sentence));
    }

    [Fact]
    public async Task A_target_has_only_so_much_time_to_make_a_topic_ready()
    {
        _starts.Failing["bad"] = "target: refuses";
        Run(Bad);
        foreach (var wait in new[] { 1, 2, 4 })
        {
            await WaitsAsync(Bad, TimeSpan.FromSeconds(wait));
            Assert.Empty(_givenUp);
            _time.Advance(TimeSpan.FromSeconds(wait));
        }

        await Eventually.TrueAsync("the end of patience", Patience, () => _givenUp.Count == 1, Ct);
        Assert.Equal("topic 'bad' could not be made ready on the target within max.block.ms (4 s): target: refuses", _givenUp[0]);
    }

    [Fact]
    public async Task A_halted_lane_is_not_tried_before_somebody_decides()
    {
        Run(Good);
        await TriedAsync(Good, 1);
        await Eventually.TrueAsync("the halt", Patience, () => _lanes.IsWhole, Ct);

        _opener.Wake();
        _lanes.Own(Bad);
        _opener.Wake();
        await TriedAsync(Bad, 1);
        Assert.Equal(1, _starts.Tried(Good));
        Assert.Equal("it is gone; way on", _lanes.Halted()[0].Cause);

        _opener.GoOn([Good]);
        await TriedAsync(Good, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_halt_is_told_when_it_stands_so_that_no_stop_comes_between(bool isMissing)
    {
        List<bool> stood = [];
        _log.Heard = line => stood.Add(line.Contains("good-0 stops: it is gone; way on", StringComparison.Ordinal)
            && _lanes.Halted() is [{ Topic: "good" }]);
        _starts.AreMissing = isMissing;
        Run(Good);
        await TriedAsync(Good, 1);
        await Eventually.TrueAsync("the halt to be told", Patience, () => !_log.Lines.IsEmpty, Ct);

        Assert.Equal([true], stood);
    }

    /// <summary>The end of its wait comes while the opener looks who is due.</summary>
    [Fact]
    public async Task All_lanes_of_a_topic_are_due_together()
    {
        TopicPartition[] lanes = [Bad, new("bad", 1)];
        var factory = new LaneFactory(_lanes, new LaneBook(), null!, null!, null!, new Suspensions());
        var opener = new LaneOpener([factory], _starts, new LossBook(LossPolicies.Default, ledger: null, _ => "way on", _log, _time),
            new CreepingTimeProvider(_time), NullLogger.Instance);
        _starts.Failing["bad"] = "source: away";
        Array.ForEach(lanes, lane => _lanes.Own(lane));
        _running = opener.RunAsync(_stop.Token);
        await Eventually.TrueAsync("both to fail", Patience, () => _lanes.Troubles().Length == 2, Ct);

        _starts.Failing.Clear();
        opener.Wake();

        await Eventually.TrueAsync("both to be tried again", Patience, () => lanes.All(lane => _starts.Tried(lane) == 2), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _stop.Dispose();
    }

    private void Run(params TopicPartition[] owned)
    {
        foreach (var lane in owned)
        {
            _lanes.Own(lane);
        }

        _running = _opener.RunAsync(_stop.Token);
    }

    private Task WaitsAsync(TopicPartition lane, TimeSpan wait) => Eventually.TrueAsync(
        $"{lane} to wait for {wait}", Patience,
        () => _lanes.Troubles().Any(trouble => trouble.Key == lane && trouble.Value.NextTry == _time.GetUtcNow() + wait), Ct);

    private Task TriedAsync(TopicPartition lane, int times) => Eventually.TrueAsync(
        $"attempt {times} of {lane}", Patience,
        () => _starts.Tried(lane) == times && (_lanes.Troubles().Any(trouble => trouble.Key == lane) || _lanes.IsWhole), Ct);

    /// <summary>It is later by two fifths of a second each time that somebody looks.</summary>
    private sealed class CreepingTimeProvider(TimeProvider timers) : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() => timers.GetUtcNow() + (Interlocked.Increment(ref _looks) * TimeSpan.FromSeconds(0.4));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            timers.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>Everything halts that does not fail: a lane on the bench has nothing to read from.</summary>
    private sealed class Starts : ILaneStarts
    {
        private readonly Dictionary<TopicPartition, int> _tried = [];

        public Dictionary<string, string> Failing { get; } = [];

        public Exception? Throws { get; set; }

        public bool AreMissing { get; set; }

        public int Tried(TopicPartition lane)
        {
            lock (_tried)
            {
                return _tried.GetValueOrDefault(lane);
            }
        }

        public async IAsyncEnumerable<LaneOpening> FindAsync(IReadOnlyDictionary<TopicPartition, OwnedLane> due,
            [EnumeratorCancellation] CancellationToken ct)
        {
            await Task.CompletedTask;
            foreach (var lane in due.Keys)
            {
                lock (_tried)
                {
                    _tried[lane] = _tried.GetValueOrDefault(lane) + 1;
                }

                if (Throws is not null && lane == due.Keys.Last())
                {
                    throw Throws;
                }
                else if (Throws is not null)
                {
                    continue;
                }

                var position = new LanePosition(0, -1);
                var gone = new Loss(lane, LossKind.Gone, 0, null, "it is gone");
                yield return Failing.TryGetValue(lane.Topic,
                    out var cause) ? LaneOpening.Not(lane, Trouble.Said(TroubleKind.TopicNotReady, cause))
                    : AreMissing ? LaneOpening.Gone(gone)
                    : LaneOpening.Of(new LanePlan(lane, lane.Topic, 1, ByKey: false, 1000), new LaneStart(position, default, gone));
            }
        }

        public Task StoreAsync(IReadOnlyList<Lane> doubtful, CancellationToken ct) => Task.CompletedTask;
    }
}
