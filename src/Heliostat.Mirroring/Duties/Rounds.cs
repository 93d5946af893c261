using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Duties;

/// <summary>
/// A duty that is done again and again: every interval, and when asked. What fails as clusters fail is told once, until a round succeeds,
/// and is tried again at the next turn; anything else ends the loop. One round is under way at a time.
/// </summary>
/// <param name="interval">From one turn to the next; a turn that comes while a round is under way is left out.</param>
/// <param name="round">What is done.</param>
/// <param name="tell">Says why rounds fail now; null where nobody needs to know.</param>
/// <param name="time">The clock.</param>
internal sealed class Rounds(TimeSpan interval, Func<CancellationToken, Task> round, Action<string>? tell, TimeProvider time)
{
    /// <summary>How soon a duty that an operator wants again is done, where its turns come by events.</summary>
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(1);

    private readonly AsyncLock _one = new();
    private long _doneAt;
    private long _tookTicks = -1;

    /// <summary>The first round need not wait for its turn.</summary>
    public bool BeginsAtOnce { get; init; }

    /// <summary>What has to be there before the first turn; null where nothing has.</summary>
    public Task? After { get; init; }

    /// <summary>Waits for the next turn; null where the interval says all.</summary>
    public Func<CancellationToken, Task>? NextTurn { get; init; }

    /// <summary>Whether the duty is this process's now; another does it otherwise. Null: always.</summary>
    public Func<bool>? IsOurs { get; set; }

    /// <summary>Whether an operator wants it not done. Null: never.</summary>
    public Func<bool>? IsIdle { get; set; }

    /// <summary>A failure that leaves the duty undone until the next turn.</summary>
    public Func<Exception, bool> IsExpected { get; init; } = ClientFailure.IsExpected;

    /// <summary>Why the last round failed; null when it did not.</summary>
    public Trouble? Trouble { get; private set; }

    /// <summary>When a round last succeeded; null when none has.</summary>
    public DateTimeOffset? DoneAt => Volatile.Read(ref _doneAt) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>How long the round took that last succeeded; null when none has.</summary>
    public TimeSpan? Took => Volatile.Read(ref _tookTicks) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    public async Task RunAsync(CancellationToken ct)
    {
        await (After ?? Task.CompletedTask).WaitHereAsync(ct);
        using var timer = new PeriodicTimer(interval, time);
        if (BeginsAtOnce)
        {
            await RunNowAsync(ct);
        }

        while (await IsTurnAsync(timer, ct))
        {
            await RunNowAsync(ct);
        }
    }

    /// <summary>
    /// One round now, after the one that is under way; false when it failed as clusters fail, is another process's, or is not wanted.
    /// </summary>
    public async Task<bool> RunNowAsync(CancellationToken ct)
    {
        if (IsOurs?.Invoke() == false || IsIdle?.Invoke() == true)
        {
            Trouble = null;
            return false;
        }

        await _one.WaitAsync(ct);
        try
        {
            var began = time.GetTimestamp();
            await round(ct);
            Trouble = null;
            Volatile.Write(ref _tookTicks, time.GetElapsedTime(began).Ticks);
            Volatile.Write(ref _doneAt, time.GetUtcNow().UtcTicks);
            return true;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            if (Trouble is null)
            {
                tell?.Invoke(failure.Message);
            }

            var now = time.GetUtcNow();
            Trouble = Trouble.Of(failure) with { Since = Trouble?.Since ?? now, NextTry = interval < TimeSpan.Zero ? now : now + interval };
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Does something while no round is under way.</summary>
    public Task BetweenRoundsAsync(Action action, CancellationToken ct) => BetweenRoundsAsync(
        () =>
        {
            action();
            return Task.CompletedTask;
        },
        ct);

    /// <summary>Does something while no round is under way.</summary>
    public async Task BetweenRoundsAsync(Func<Task> action, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await action();
        }
        finally
        {
            _one.Release();
        }
    }

    private async ValueTask<bool> IsTurnAsync(PeriodicTimer timer, CancellationToken ct)
    {
        if (NextTurn is null)
        {
            return await timer.WaitForNextTickAsync(ct);
        }

        // What a round would have taken note of is there still, and ends the wait at once, for ever.
        await (IsIdle?.Invoke() == true ? Task.Delay(IdleFor, time, ct) : NextTurn(ct));
        return true;
    }
}
