using Heliostat.Client.Producing;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>Batches that do not stand where they were to stand.</summary>
public sealed class ProduceJumpTests
{
    private readonly object _connection = new();
    private readonly FramePool _frames = new(1 << 20);
    private readonly ProduceQueue _queue = new(new ProducerOptions(), new BackOff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)),
        TimeProvider.System);
    private long _next;

    public ProduceJumpTests() => _queue.Assign(new ProducerIdentity(7, 0));

    [Fact]
    public void A_foreign_record_is_a_jump_and_switches_nothing_off()
    {
        Assert.True(Acknowledge(10, baseOffset: 0).IsNone);
        Assert.Equal(new ProduceJump(10, 13, MayBeOurs: false), Acknowledge(10, baseOffset: 13));
        Assert.True(Acknowledge(10, baseOffset: 23).IsNone);
        Assert.Equal(new ProduceJump(33, 34, MayBeOurs: false), Acknowledge(10, baseOffset: 34));
        Assert.Equal(new ProduceJump(44, 54, MayBeOurs: true), Acknowledge(10, baseOffset: 54, lostBefore: true));
    }

    [Fact]
    public void The_first_batch_jumps_where_it_was_seen_where_the_log_ends()
    {
        _queue.End.Is(40);

        Assert.Equal(new ProduceJump(40, 50, MayBeOurs: true), Acknowledge(10, baseOffset: 50, lostBefore: true));
        Assert.True(Acknowledge(10, baseOffset: 60).IsNone);
    }

    [Fact]
    public void A_place_that_is_not_told_is_no_jump()
    {
        Assert.True(Acknowledge(10, baseOffset: 0).IsNone);
        Assert.True(Acknowledge(10, baseOffset: -1).IsNone);
        Assert.True(Acknowledge(10, baseOffset: 99).IsNone);
    }

    private ProduceJump Acknowledge(int records, long baseOffset, bool lostBefore = false)
    {
        Assert.True(_queue.TryEnqueue(TestBatches.Make(_frames.RentNow(TestBatches.Size), 0, _next, records)));
        _next += records;
        if (lostBefore)
        {
            _queue.Send(_connection);
            _queue.Answered(ErrorCode.NetworkException, -1, null);
        }

        Assert.True(_queue.CanSend(_connection, 1));
        _queue.Send(_connection);
        _queue.Answered(ErrorCode.None, baseOffset, null);
        Assert.True(_queue.TryTakeAcknowledged(out var batch, out _, out var jump));
        batch.FrameOwned.Dispose();
        return jump;
    }
}
