using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Losses;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Tells where a flow stands from what lies in Kafka alone, so that it can be told when no mirror answers. Nothing is written.
/// </summary>
public sealed class FlowStandReader(TimeProvider time, ILoggerFactory loggers)
{
    private const long BufferBytes = 32 * 1024 * 1024;

    /// <summary>Reads one flow.</summary>
    /// <exception cref="KafkaErrorException">A cluster refuses to tell.</exception>
    /// <exception cref="KafkaConnectionException">A cluster does not answer.</exception>
    public async Task<FlowStand> ReadAsync(FlowOptions flow, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(flow);
        await using var clients = new FlowClients(flow, new FramePool(BufferBytes), time, loggers);
        await clients.AskAsync(ct);
        var state = new FlowState(flow, new FlowTopicNames(flow), clients, time, loggers, loggers.CreateLogger<FlowStandReader>());
        await state.ReadAsync(ct);
        await using var losses = new HaltedLanes(flow, time, loggers);
        var halted = await losses.ReadAsync(ct);
        var stored = state.Positions.Stored.Keys.Where(lane => state.Positions.Find(lane) is not null).ToList();
        var ends = await clients.OnSource.ToldOffsetsAsync(stored, OffsetSpec.Latest, ct);
        return new FlowStand(
            flow.Name.ToString(),
            [
                .. from lane in stored
                   orderby lane.Topic, lane.Partition
                   let end = ends.TryGetValue(lane, out var found) ? found : (long?)null
                   select new LaneStored(lane.Topic, lane.Partition, state.Positions.Find(lane)!.Value.Offset, end),
            ],
            halted);
    }
}
