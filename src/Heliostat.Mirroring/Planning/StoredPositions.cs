using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Positions;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>Reads where the lanes of a flow would go on, whoever stored it: MirrorMaker 2 or Heliostat.</summary>
internal static class StoredPositions
{
    /// <summary>The next source offset of each lane that has a position.</summary>
    /// <exception cref="KafkaErrorException">The topic may not be read.</exception>
    public static async Task<IReadOnlyDictionary<TopicPartition, long>> ReadAsync(
        FlowOptions flow, KafkaClient target, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var positions = new PositionTopic(flow.Worker.ConnectorName, flow.Naming.SourceAlias);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = target.RunAsync(done.Token);
        try
        {
            var options = new CompactedTopicOptions { IsolationLevel = IsolationLevel.ReadCommitted };
            await CompactedTopicReader.ReadAllAsync(target, flow.Worker.OffsetsTopic, options,
                record => positions.Take(record.Key, record.Value, record.Value is null), time, loggers, ct);
        }
        finally
        {
            await done.CancelSoonAsync();
            await running.SettleAsync();
        }

        return positions.Stored.ToDictionary(stored => stored.Key, stored => stored.Value.Offset + 1);
    }
}
