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
