namespace Heliostat.Testing;

/// <summary>Waits for a state, with a deadline, and says what was seen when it did not come.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long what was told to end may take, before the test says that it hangs.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Awaits the end of a task that was told to end; throws <see cref="TimeoutException"/> naming <paramref name="what"/> when it hangs.
    /// </summary>
    public static async Task EndsAsync(string what, Task task, Func<string>? seen = null)
    {
        try
        {
            await task.WaitAsync(EndWithin, TimeProvider.System);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{what} was told to end and still runs after {EndWithin.TotalSeconds:0} s. {seen?.Invoke()}");
        }
    }

    /// <summary>
    /// Returns once <paramref name="condition"/> is true; throws <see cref="TimeoutException"/> naming <paramref name="what"/> after
    /// <paramref name="within"/>.
    /// </summary>
    public static Task TrueAsync(string what, TimeSpan within, Func<bool> condition, CancellationToken ct) =>
        ValueAsync(what, within, _ => Task.FromResult(condition()), seen => seen, ct);

    /// <summary>
    /// Asks until <paramref name="accept"/> takes the answer, and returns that answer; the last one stands in the
    /// <see cref="TimeoutException"/>.
    /// </summary>
    public static async Task<T> ValueAsync<T>(
        string what, TimeSpan within, Func<CancellationToken, Task<T>> ask, Func<T, bool> accept, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await ask(ct);
            if (accept(seen))
            {
                return seen;
            }

            if (TimeProvider.System.GetElapsedTime(started) > within)
            {
                throw new TimeoutException($"{what}: not within {within.TotalSeconds:0} s; last seen: {seen}");
            }

            await Task.Delay(Interval, TimeProvider.System, ct);
        }
    }
}
