using Heliostat.Testing;

namespace Heliostat.Transport.Tests;

public class FramePoolTests
{
    [Fact]
    public async Task A_frame_has_the_length_asked_for_and_charges_its_array()
    {
        var pool = new FramePool(1 << 20);

        using var frame = await pool.RentAsync(1000, CancellationToken.None);

        Assert.Equal(1000, frame.Length);
        Assert.Equal(1000, frame.Memory.Length);
        Assert.InRange(pool.RentedBytes, 1000, 1250);
    }

    [Fact]
    public void Size_classes_waste_at_most_a_fifth()
    {
        for (var bytes = 513; bytes > 0 && bytes <= 1 << 30; bytes += Math.Max(1, bytes / 97))
        {
            Assert.InRange(ArrayShelf.SizeFor(bytes), bytes, (long)(bytes * 1.25));
        }
    }

    [Fact]
    public async Task A_used_up_budget_makes_callers_wait_in_line()
    {
        var pool = new FramePool(4096);
        var first = await pool.RentAsync(4096, CancellationToken.None);

        var second = pool.RentAsync(4096, CancellationToken.None).AsTask();
        var third = pool.RentAsync(512, CancellationToken.None).AsTask();

        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        first.Dispose();
        var granted = await second;
        Assert.False(third.IsCompleted);
        granted.Dispose();
        (await third).Dispose();
        pool.ThrowIfRented();
    }

    [Fact]
    public async Task A_frame_beyond_the_budget_is_granted_alone()
    {
        var pool = new FramePool(1024);
        var small = await pool.RentAsync(100, CancellationToken.None);

        var huge = pool.RentAsync(1 << 20, CancellationToken.None).AsTask();

        Assert.False(huge.IsCompleted);
        small.Dispose();
        using var frame = await huge;
        Assert.Equal(1 << 20, frame.Length);
    }

    [Fact]
    public async Task RentNow_goes_beyond_the_budget_and_holds_back_who_waits()
    {
        var pool = new FramePool(1024);
        var now = pool.RentNow(4096);

        var waiting = pool.RentAsync(100, CancellationToken.None).AsTask();

        Assert.False(waiting.IsCompleted);
        now.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Giving_up_at_the_head_of_the_line_lets_the_next_pass()
    {
        var pool = new FramePool(4096);
        using var held = await pool.RentAsync(2048, CancellationToken.None);
        using var giveUp = new CancellationTokenSource();
        var large = pool.RentAsync(4096, giveUp.Token).AsTask();
        var small = pool.RentAsync(1024, CancellationToken.None).AsTask();
        Assert.False(small.IsCompleted);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
        Assert.Equal(0, pool.Waiting);
    }

    [Fact]
    public void The_last_owner_returns_the_frame()
    {
        var pool = new FramePool(1 << 20);
        var frame = pool.RentNow(100);
        frame.Retain();

        frame.Dispose();
        Assert.NotEqual(0, pool.RentedBytes);

        frame.Dispose();
        Assert.Equal(0, pool.RentedBytes);
    }

    [Fact]
    public void A_tracked_pool_refuses_double_returns_and_late_retains()
    {
        var frame = FramePool.Tracked(1 << 20).RentNow(100);
        frame.Dispose();

        Assert.Throws<InvalidOperationException>(frame.Dispose);
        Assert.Throws<InvalidOperationException>(frame.Retain);
    }

    [Fact]
    public void A_tracked_pool_refuses_reads_after_the_return()
    {
        var frame = FramePool.Tracked(1 << 20).RentNow(100);
        var slice = frame.Memory[10..20];
        frame.Dispose();

        Assert.Throws<ObjectDisposedException>(() => slice.Span[0]);
    }

    [Fact]
    public void A_tracked_pool_says_where_a_leak_was_rented()
    {
        var pool = FramePool.Tracked(1 << 20);
        pool.RentNow(100);

        var leak = Assert.Throws<InvalidOperationException>(pool.ThrowIfRented);

        Assert.Contains(nameof(A_tracked_pool_says_where_a_leak_was_rented), leak.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_are_used_again_and_dropped_when_they_lie_unused()
    {
        var time = new ManualTimeProvider();
        var pool = new FramePool(long.MaxValue, time, tracked: false);
        pool.RentNow(1 << 20).Dispose();
        var kept = pool.FreeBytes;
        pool.RentNow(1 << 20).Dispose();
        Assert.Equal(kept, pool.FreeBytes);

        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(11));
            pool.RentNow(100).Dispose();
        }

        Assert.InRange(pool.FreeBytes, 1, 4096);
    }

    [Fact]
    public void Free_arrays_make_room_for_another_size_within_the_budget()
    {
        var pool = new FramePool(2 << 20);
        pool.RentNow(1 << 20).Dispose();

        using var other = pool.RentNow(3 << 19);

        Assert.True(pool.FreeBytes + pool.RentedBytes <= pool.BudgetBytes);
    }

    [Fact]
    public async Task Renting_and_returning_from_many_threads_ends_with_nothing_rented()
    {
        const int Seed = 4711;
        var pool = new FramePool(64 * 1024);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async thread =>
        {
            var random = new Random(Seed + thread);
            await Task.Yield();
            for (var i = 0; i < 2000; i++)
            {
                using var give = new CancellationTokenSource();
                var renting = pool.RentAsync(random.Next(1, 40_000), give.Token).AsTask();
                if (random.Next(4) == 0)
                {
                    await give.CancelAsync();
                }

                try
                {
                    (await renting.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
                }
                catch (OperationCanceledException)
                {
                    // Gave up.
                }
            }
        }));

        Assert.Equal(0, pool.RentedBytes);
        Assert.Equal(0, pool.Waiting);
    }
}
