using Heliostat.Client;
using Heliostat.Mirroring.Duties;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Duties;

public sealed class RoundsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _told = [];
    private string? _failure;
    private int _done;

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_trouble_is_told_once_until_a_round_succeeds()
    {
        var rounds = new Rounds(Minute, RoundAsync, _told.Add, _time);

        foreach (var failure in new[] { "first", "second", null, "third" })
        {
            _failure = failure;
            Assert.Equal(failure is null, await rounds.RunNowAsync(Ct));
            Assert.Equal(failure, rounds.Trouble?.Detail);
            Assert.Equal(failure is null ? null : _time.GetUtcNow() + Minute, rounds.Trouble?.NextTry);
        }

        Assert.Equal(["first", "third"], _told);
    }

    [Fact]
    public async Task How_long_a_round_took_is_that_of_the_last_that_succeeded()
    {
        var rounds = new Rounds(
            Minute,
            _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                return _failure is null ? Task.CompletedTask : throw new KafkaErrorException(ErrorCode.RequestTimedOut, _failure);
            },
            _told.Add, _time);
        Assert.Null(rounds.Took);
        await rounds.RunNowAsync(Ct);
        _failure = "away";
        await rounds.RunNowAsync(Ct);

        Assert.Equal(TimeSpan.FromSeconds(2), rounds.Took);
    }

    [Fact]
    public async Task What_nobody_expects_ends_the_loop()
    {
        var rounds = new Rounds(Minute, _ => throw new InvalidOperationException("a defect"), _told.Add, _time) { BeginsAtOnce = true };

        await Assert.ThrowsAsync<InvalidOperationException>(() => rounds.RunAsync(Ct));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_round_is_done_every_interval_and_when_asked(bool atOnce, int before)
    {
        var rounds = new Rounds(Minute, RoundAsync, _told.Add, _time) { BeginsAtOnce = atOnce };
        using var stop = new CancellationTokenSource();
        var running = rounds.RunAsync(stop.Token);
        Assert.Equal(before, _done);

        _time.Advance(Minute);
        await DoneAsync(before + 1);
        await rounds.RunNowAsync(Ct);
        await DoneAsync(before + 2);
        _time.Advance(Minute);
        await DoneAsync(before + 3);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task What_is_not_wanted_does_not_spin_on_an_event_that_nobody_takes_note_of()
    {
        var (isIdle, turns) = (true, 0);
        var rounds = new Rounds(Minute, RoundAsync, _told.Add, _time)
        {
            IsIdle = () => isIdle,
            NextTurn = ct => ++turns < 1000 ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, _time, ct),
        };
        using var stop = new CancellationTokenSource();
        var running = rounds.RunAsync(stop.Token);
        Assert.Equal(0, turns);

        isIdle = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync("a round", TimeSpan.FromSeconds(20), () => Volatile.Read(ref _done) > 0, Ct);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private Task DoneAsync(int rounds) =>
        Eventually.TrueAsync($"{rounds} rounds", TimeSpan.FromSeconds(20), () => Volatile.Read(ref _done) == rounds, Ct);

    private Task RoundAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref _done);
        return _failure is null ? Task.CompletedTask : throw new KafkaErrorException(ErrorCode.NotController, _failure);
    }
}
