using Heliostat.Configuration.Options;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// What is to stand still of a flow, as its state topic has it: read and said from any machine that reaches the target. The workers that
/// run the flow hear of it at once, others when they start.
/// </summary>
public sealed class FlowPauses : IAsyncDisposable
{
    private readonly StateTopic _state;

    public FlowPauses(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _state = new StateTopic(flow, time, loggers);
    }

    /// <summary>What stands still now, the flow first.</summary>
    /// <exception cref="Client.KafkaErrorException">The state topic may not be read.</exception>
    /// <exception cref="Transport.KafkaConnectionException">The target does not answer.</exception>
    public async Task<IReadOnlyList<PausedPlace>> ReadAsync(CancellationToken ct)
    {
        await _state.Clients.AskTargetAsync(ct);
        HashSet<SuspensionKey> still = [];
        await _state.ReadAsync(
            record =>
            {
                if (SuspensionKey.Read(record.Key) is { } key)
                {
                    _ = record.Value is null ? still.Remove(key) : still.Add(key);
                }
            },
            ct);
        return [.. still.OrderBy(key => key.Topic, StringComparer.Ordinal)
            .ThenBy(key => key.Partition).Select(key => new PausedPlace(key.Topic, key.Partition))];
    }

    /// <summary>These stand still from now on, or go on.</summary>
    /// <exception cref="Client.KafkaErrorException">The target refuses to keep it, or the flow never ran.</exception>
    /// <exception cref="Transport.KafkaConnectionException">The target does not answer.</exception>
    public async Task SayAsync(IReadOnlyList<PausedPlace> places, bool still, CancellationToken ct)
    {
        await _state.Clients.AskTargetAsync(ct);
        await _state.WriteAsync([.. places.Select(place => new KeyedRecord(new SuspensionKey(place.Topic, place.Partition).Write(),
            still ? SuspensionKey.Value : null))], ct);
    }

    public ValueTask DisposeAsync() => _state.DisposeAsync();
}
