using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Duties;

/// <summary>How loops that run side by side end.</summary>
internal static class LoopEnds
{
    /// <summary>
    /// Runs loops, or waits for several things, until cancelled; the first to end ends the rest. Throws what the first of them failed with,
    /// once all have ended.
    /// </summary>
    public static async Task FirstEndsAllAsync(IEnumerable<Func<CancellationToken, Task>> loops, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] running = [.. loops.Select(loop => loop(either.Token))];
        await Settling.AnyAsync(running);
        await either.CancelSoonAsync();
        await AllAsync(running);
        await ThrowFirstFailureAsync(running);
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until all have ended, however they did.</summary>
    public static async Task AllAsync(IEnumerable<Task> loops) => await Settling.AllAsync(loops).SettleAsync();

    /// <summary>Throws what the first of them failed with, if one did; all have ended.</summary>
    public static async Task ThrowFirstFailureAsync(IEnumerable<Task> ended)
    {
        foreach (var loop in ended)
        {
            if (loop.IsFaulted)
            {
                await loop;
            }
        }
    }
}
