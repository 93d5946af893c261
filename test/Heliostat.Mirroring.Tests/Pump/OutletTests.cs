using Heliostat.Client.Producing;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class OutletTests
{
    /// <summary>What a lane that has not heard of the refusal sends next would stand before what was dropped.</summary>
    [Fact]
    public async Task Nobody_restarts_a_shared_outlet_before_all_have_heard_of_the_refusal()
    {
        await using var bench = new LaneBench();
        var outlet = new Outlet(new Producer(bench.Client, new ProducerOptions(), TimeProvider.System, NullLoggerFactory.Instance),
            new TopicPartition("orders", 0));
        var hearing = 0;
        Lane[] lanes = [];
        lanes = [Shares(0), Shares(1)];
        Assert.All(lanes, lane => Assert.True(Sends(lane)));

        outlet.Refused(ErrorCode.MessageTooLarge, null);

        Assert.Equal(2, hearing);
        outlet.Restart();
        Assert.All(lanes, lane => Assert.True(Sends(lane)));

        Lane Shares(int partition) => new(
            new LanePlan(new TopicPartition("orders", partition), "orders", 1, ByKey: true, 1024),
            bench.Context with
            {
                Logger = new OnLine(() =>
                {
                    hearing++;
                    outlet.Restart();
                    Assert.False(Sends(lanes[1]));
                }),
            },
            [outlet],
            new LanePosition(0, -1));

        bool Sends(IIntakeOwner lane)
        {
            var frameOwned = bench.Frames.RentNow(1);
            return lane.Send(0, new ProduceBatch(frameOwned, frameOwned.Memory, 0, 1, 1, 0));
        }
    }

    private sealed class OnLine(Action heard) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => heard();
    }
}
