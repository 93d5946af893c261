using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Heliostat.Transport.Waiting;

/// <summary>
/// Ends that stay in the caller's context. A simulation runs everything on one thread of its own; what the framework offers for the same
/// goes on with the thread pool.
/// </summary>
public static class Settling
{
    /// <summary>Ends when the task has ended, however it did.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static async Task SettleAsync(this Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>Cancels; what waits for the token goes on behind the caller, not within its call.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static async Task CancelSoonAsync(this CancellationTokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (SynchronizationContext.Current is null)
        {
            await source.CancelAsync();
            return;
        }

        await Task.Yield();
        source.Cancel();
    }

    /// <summary>
    /// The same task, completed in the caller's context: what is to be combined with others (WhenAny, WhenAll) and may end elsewhere goes
    /// through it.
    /// </summary>
    public static async Task HereAsync(this Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        await task;
    }

    /// <inheritdoc cref="HereAsync(Task)"/>
    public static async Task<T> HereAsync<T>(this Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return await task;
    }

    /// <inheritdoc cref="HereAsync(Task)"/>
    public static async Task HereAsync(this ValueTask task) => await task;

    /// <inheritdoc cref="HereAsync(Task)"/>
    public static async Task<T> HereAsync<T>(this ValueTask<T> task) => await task;

    /// <summary>The first of the tasks that ends, as the framework's WhenAny has it.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static async Task<Task> AnyAsync(params IEnumerable<Task> tasks)
    {
        Task[] all = [.. tasks];
        Task[] here = [.. all.Select(task => task.IsCompleted ? task : task.HereAsync())];
        return all[Array.IndexOf(here, await Task.WhenAny(here))];
    }

    /// <summary>Ends when all of the tasks have, as the framework's WhenAll does.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static Task AllAsync(params IEnumerable<Task> tasks) =>
        Task.WhenAll(tasks.Select(task => task.IsCompleted ? task : task.HereAsync()));

    /// <inheritdoc cref="AllAsync(IEnumerable{Task})"/>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static Task<T[]> AllAsync<T>(IEnumerable<Task<T>> tasks) =>
        Task.WhenAll(tasks.Select(task => task.IsCompleted ? task : task.HereAsync()));

    /// <summary>The tasks in the order in which they end, as the framework's WhenEach has them.</summary>
    public static async IAsyncEnumerable<Task<T>> EachAsync<T>(IReadOnlyCollection<Task<T>> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var ended = Channel.CreateBounded<Task<T>>(Math.Max(tasks.Count, 1));
        Task[] telling = [.. tasks.Select(TellAsync)];
        for (var i = 0; i < telling.Length; i++)
        {
            yield return await ended.Reader.ReadAsync();
        }

        async Task TellAsync(Task<T> task)
        {
            await task.SettleAsync();
            ended.Writer.TryWrite(task);
        }
    }

    /// <summary>Waits for the task no longer than until <paramref name="ct"/>.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static Task WaitHereAsync(this Task task, CancellationToken ct) => task.HereAsync().WaitAsync(ct);

    /// <inheritdoc cref="WaitHereAsync(Task, CancellationToken)"/>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static Task<T> WaitHereAsync<T>(this Task<T> task, CancellationToken ct) => task.HereAsync().WaitAsync(ct);

    /// <summary>Waits for the task no longer than <paramref name="atMost"/>; then <see cref="TimeoutException"/>.</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static Task WaitHereAsync(this Task task, TimeSpan atMost, TimeProvider time, CancellationToken ct) =>
        task.HereAsync().WaitAsync(atMost, time, ct);

    /// <inheritdoc cref="WaitHereAsync(Task, TimeSpan, TimeProvider, CancellationToken)"/>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place for it.")]
    public static Task<T> WaitHereAsync<T>(this Task<T> task, TimeSpan atMost, TimeProvider time, CancellationToken ct) =>
        task.HereAsync().WaitAsync(atMost, time, ct);
}
