using System.Text.Json;
using Heliostat.Api;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>Whether and where the lanes of a source connector go on, as operators say.</summary>
/// <param name="desk">Does what is asked for.</param>
internal sealed class ConnectorLanes(Desk desk)
{
    /// <summary>
    /// What is wanted of a connector: its flow's lanes stand still or go on where they are its own; else it is only told.
    /// </summary>
    /// <param name="connector">The connector.</param>
    /// <param name="areItsOwn">The lanes of its flow are its own.</param>
    /// <param name="goOn">They go on, whoever let them stand still.</param>
    /// <param name="action">What it is called in the log.</param>
    /// <param name="call">Who asks.</param>
    public async Task SetStateAsync(Connector connector, bool areItsOwn, bool goOn, string action, Call call)
    {
        var flow = connector.Flow.Flow;
        if (!areItsOwn)
        {
            desk.Tell(action, connector.Name, null, call.Caller, flow);
        }
        else if (goOn)
        {
            desk.Resume(new Place(flow), new Wish(), call.Caller);
        }
        else
        {
            await desk.PauseAsync(new Place(flow), new Wish(), call.Caller, call.Gone);
        }
    }

    /// <summary>
    /// It goes on elsewhere once it is resumed: lanes as <paramref name="body"/> says, or all at their beginning where that is null.
    /// Nothing is stored of the two other connectors.
    /// </summary>
    /// <param name="connector">The connector.</param>
    /// <param name="options">Of its flow.</param>
    /// <param name="body">What is asked for.</param>
    /// <param name="call">Who asks.</param>
    /// <exception cref="Refusal">It is not stopped, or lanes cannot go on there.</exception>
    public async Task MoveAsync(Connector connector, Func<FlowOptions> options, JsonElement? body, Call call)
    {
        var entries = body is { } given ? AlteredOffsets.Entries(given) : null;
        if (!connector.IsStopped)
        {
            throw new Refusal(
                StatusCodes.Status400BadRequest,
                "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified "
                    + "connector by issuing a 'PUT' request to the "
                + $"'/connectors/{connector.Name}/stop' endpoint");
        }

        if (connector.Kind == ConnectorKind.Source)
        {
            var flow = options();
            var reset = flow.SourceConsumer.AutoOffsetReset == AutoOffsetReset.Latest ? OffsetSpec.Latest : OffsetSpec.Earliest;
            var lanes = connector.Flow.ByLane.Select(lane => new TopicPartition(lane.Topic, lane.Partition)).ToHashSet();
            await MoveAsync(connector, entries is null
                ? lanes.ToDictionary(lane => lane, _ => reset)
                : AlteredOffsets.Read(entries, flow.Name.Source, lanes, reset), call);
        }

        desk.Tell(entries is null ? "reset_offsets" : "alter_offsets", connector.Name, null, call.Caller, connector.Flow.Flow);
    }

    private async Task MoveAsync(Connector connector, Dictionary<TopicPartition, long> to, Call call)
    {
        try
        {
            var moves = to.Count == 0 ? [] : await desk.MoveAsync(connector.Flow.Flow, to, dryRun: false, call.Gone);
            if (moves.Any(move => !move.IsStored))
            {
                throw new Refusal(StatusCodes.Status503ServiceUnavailable,
                    "The offsets for this connector are decided, and could not be stored yet: that is done within some seconds, or when "
                        + "the flow starts");
            }
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status409Conflict)
        {
            // Tools of Kafka Connect take 409 for a rebalance, and ask again for ever.
            throw new Refusal(StatusCodes.Status400BadRequest, refusal.Message);
        }
    }
}
