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
}
