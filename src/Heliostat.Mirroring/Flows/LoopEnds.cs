using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>How loops that run side by side end: all of them first, then the failure of one.</summary>
internal static class LoopEnds
{
    /// <summary>Waits until all have ended, however they did.</summary>
    public static async Task AllAsync(IEnumerable<Task> loops) => await Task.WhenAll(loops).SettleAsync();

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
