using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Tests.Records;

public sealed class PositionTrackerTests
{
    private const int Epoch = 3;

    [Fact]
    public void Position_is_the_contiguous_prefix_of_what_was_acknowledged()
    {
        var tracker = new PositionTracker(10);
        tracker.Begin(20, Epoch, 1);
        tracker.Begin(30, Epoch, 2);
        tracker.Begin(40, Epoch, 1);

        tracker.Complete(40);
        tracker.Complete(30);
        Assert.Equal(10, tracker.Acknowledged);
        tracker.Complete(20);
        Assert.Equal(20, tracker.Acknowledged);
        tracker.Complete(30);

        Assert.Equal(40, tracker.Acknowledged);
        Assert.True(tracker.IsSettled);
    }

    [Fact]
    public void Skipped_offsets_count_once_all_before_them_is_acknowledged()
    {
        var tracker = new PositionTracker(0);
        tracker.Skip(5, Epoch);
        Assert.Equal(5, tracker.Acknowledged);
        tracker.Begin(10, Epoch, 1);
        tracker.Skip(12, Epoch);
        tracker.Skip(15, Epoch);
        Assert.Equal(5, tracker.Acknowledged);

        tracker.Complete(10);

        Assert.Equal(15, tracker.Acknowledged);
    }

    [Fact]
    public void Rewind_reads_again_from_the_acknowledged_position()
    {
        var tracker = new PositionTracker(0);
        tracker.Begin(5, Epoch, 1);
        tracker.Begin(9, Epoch, 1);
        tracker.Complete(5);

        tracker.Rewind();

        Assert.Equal(5, tracker.Read);
        Assert.True(tracker.IsSettled);
    }

    [Fact]
    public void A_position_goes_with_the_epoch_of_the_batch_before_it()
    {
        var tracker = new PositionTracker(0, startEpoch: 1);
        tracker.Begin(5, epoch: 2, 1);
        tracker.Begin(9, epoch: 4, 1);
        tracker.Skip(12, epoch: 5);

        Assert.Equal((0, 1), (tracker.Acknowledged, tracker.AcknowledgedEpoch));
        Assert.Equal((12, 5), (tracker.Read, tracker.ReadEpoch));
        tracker.Complete(5);
        Assert.Equal((5, 2), (tracker.Acknowledged, tracker.AcknowledgedEpoch));
        Assert.Equal(1, tracker.Truncate(5));
        Assert.Equal((5, 2), (tracker.Read, tracker.ReadEpoch));

        tracker.Begin(9, epoch: 4, 1);
        tracker.Rewind();
        Assert.Equal((5, 2), (tracker.Read, tracker.ReadEpoch));
        tracker.Skip(7, epoch: 6);
        Assert.Equal((7, 6), (tracker.Acknowledged, tracker.AcknowledgedEpoch));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_order_of_acknowledgements_ends_at_the_end(int seed)
    {
        var random = new Random(seed);
        var tracker = new PositionTracker(0);
        List<long> outstanding = [];
        var next = 0L;
        for (var step = 0; step < 5_000; step++)
        {
            if (random.Next(3) > 0 && outstanding.Count < 200)
            {
                next += random.Next(1, 50);
                var parts = random.Next(4);
                tracker.Begin(next, Epoch, parts);
                outstanding.AddRange(Enumerable.Repeat(next, parts));
            }
            else if (outstanding.Count > 0)
            {
                var at = random.Next(outstanding.Count);
                tracker.Complete(outstanding[at]);
                outstanding.RemoveAt(at);
                Assert.True(outstanding.Count == 0 || tracker.Acknowledged < outstanding.Min(), $"seed {seed}");
            }
        }

        outstanding.ForEach(tracker.Complete);

        Assert.Equal(next, tracker.Acknowledged);
        Assert.True(tracker.IsSettled);
    }
}
