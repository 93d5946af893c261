using Heliostat.Transport.Waiting;

namespace Heliostat.Transport.Tests;

public class AsyncSignalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signal_before_the_wait_is_kept_once(bool inline)
    {
        var signal = new AsyncSignal(inline);
        signal.Set();
        signal.Set();

        await signal.WaitAsync();
        var next = signal.WaitAsync().AsTask();

        Assert.False(next.IsCompleted);
        signal.Set();
        await next;
    }

    [Fact]
    public async Task A_signal_set_inline_wakes_the_waiter_within_the_call()
    {
        var signal = new AsyncSignal(inline: false);
        Thread? woken = null;
        var waiting = WaitAsync();

        signal.SetInline();

        Assert.Same(Thread.CurrentThread, woken);
        await waiting;

        async Task WaitAsync()
        {
            // Not back to xunit's own context.
            await signal.WaitAsync().ConfigureAwait(false);
            woken = Thread.CurrentThread;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_wake_up_is_lost_between_threads(bool inline)
    {
        const int Rounds = 50_000;
        var there = new AsyncSignal(inline: false);
        var back = new AsyncSignal(inline);
        var echo = EchoAsync();

        for (var i = 0; i < Rounds; i++)
        {
            there.Set();
            await back.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        await echo;

        async Task EchoAsync()
        {
            for (var i = 0; i < Rounds; i++)
            {
                await there.WaitAsync();
                back.Set();
            }
        }
    }

    /// <summary>
    /// Who looked, found nothing and sleeps must be woken by who wrote and found a signal that was kept already: the look may have taken
    /// that one.
    /// </summary>
    [Fact]
    public async Task A_signal_beside_one_that_is_kept_wakes_who_takes_that_one_too_soon()
    {
        const int Rounds = 200_000;

        // Where others keep the processors busy each round costs a turn of both threads: then as many as there is time for.
        var longest = TimeSpan.FromSeconds(5);
        SynchronizationContext.SetSynchronizationContext(null);
        var signal = new AsyncSignal(inline: false);
        var (written, seen, isOver) = (0, 0, false);
        var looking = LookAsync();

        var writing = new Thread(() =>
        {
            var begun = TimeProvider.System.GetTimestamp();
            for (var round = 1; round <= Rounds && (round % 1000 != 0 || TimeProvider.System.GetElapsedTime(begun) < longest); round++)
            {
                signal.Set();
                Volatile.Write(ref written, round);
                signal.Set();
                var started = TimeProvider.System.GetTimestamp();
                for (var spins = 1; Volatile.Read(ref seen) < round; spins++)
                {
                    if (spins % 1000 != 0) continue;
                    Thread.Yield();
                    if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(20)) return;
                }
            }
        });
        writing.Start();
        writing.Join();

        Assert.Equal(written, Volatile.Read(ref seen));
        Volatile.Write(ref isOver, true);
        signal.Set();
        await looking.WaitAsync(TimeSpan.FromSeconds(20));

        async Task LookAsync()
        {
            while (!Volatile.Read(ref isOver))
            {
                Volatile.Write(ref seen, Volatile.Read(ref written));
                await signal.WaitAsync();
            }
        }
    }
}
