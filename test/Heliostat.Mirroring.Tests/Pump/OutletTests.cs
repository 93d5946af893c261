using System.Net;
using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Pump;

public sealed class OutletTests
{
    /// <summary>What a lane that has not heard of the refusal sends next would stand before what was dropped.</summary>
    [Fact]
    public async Task Nobody_restarts_a_shared_outlet_before_all_have_heard_of_the_refusal()
    {
        var frames = new FramePool(1024 * 1024);
        var options = new ClientOptions { Cluster = "target", BootstrapServers = [new DnsEndPoint("127.0.0.1", 1)] };
        await using var client = new KafkaClient(options, frames, TimeProvider.System, NullLoggerFactory.Instance);
        var outlet = new Outlet(new Producer(client, new ProducerOptions(), TimeProvider.System, NullLoggerFactory.Instance), new TopicPartition("orders", 0));
        using var paths = new RecordPathPool(null, DecompressionBuffer.DefaultMaxBytes);
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
            new LaneContext
            {
                Time = TimeProvider.System,
                Frames = frames,
                RecordPaths = paths,
                Logger = new OnLine(() =>
                {
                    hearing++;
                    outlet.Restart();
                    Assert.False(Sends(lanes[1]));
                }),
                ReadCommitted = true,
                CheckCrcs = true,
                Codec = null,
                BatchBytes = 1024,
                Lingers = false,
                QueueBytes = 1024,
                Abort = null,
            },
            [outlet],
            new LanePosition(0, -1));

        static bool Sends(Lane lane) => lane.Emit(0, [1], first: 0, next: 1, records: 1, runs: null);
    }

    private sealed class OnLine(Action heard) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => heard();
    }
}
