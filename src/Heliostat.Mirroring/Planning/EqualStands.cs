using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Equal;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>Whether lanes that keep their offsets do, from what lies in Kafka alone: no flow need be running.</summary>
internal static class EqualStands
{
    private const long BufferBytes = 32 * 1024 * 1024;

    /// <summary>How they stand; missing are those of which nothing is known yet.</summary>
    /// <param name="flow">Their flow.</param>
    /// <param name="places">The partition of the target of each lane.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Of the clients.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<IReadOnlyDictionary<TopicPartition, LaneEquality>> ReadAsync(
        FlowOptions flow, IReadOnlyDictionary<TopicPartition, TopicPartition> places, TimeProvider time, ILoggerFactory loggers,
        CancellationToken ct)
    {
        if (places.Count == 0)
        {
            return new Dictionary<TopicPartition, LaneEquality>();
        }

        var frames = new FramePool(BufferBytes);
        await using var source = new KafkaClient(flow.SourceConsumer.Client, frames, time, loggers);
        await using var target = new KafkaClient(flow.TargetConsumer.Client, frames, time, loggers);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var serving = Settling.AllAsync(source.RunAsync(done.Token), target.RunAsync(done.Token));
        try
        {
            var look = LogLook.Over(source, target, flow.SourceConsumer.Fetch.IsolationLevel, time, loggers);
            return await new EqualLook(look).StandsAsync(places, ct);
        }
        finally
        {
            await done.CancelSoonAsync();
            await serving.SettleAsync();
        }
    }
}
