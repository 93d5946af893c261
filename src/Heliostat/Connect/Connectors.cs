using System.Text.Json;
using Heliostat.Api;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>
/// The flows of a file as connectors, and what operators want of them. What is stopped here is so until it is resumed or the process ends; that records stand still, also after that. Thread-safe.
/// </summary>
/// <param name="mirror">What runs.</param>
/// <param name="file">The file that it runs.</param>
/// <param name="desk">Does what is asked for.</param>
internal sealed class Connectors(IMirror mirror, FileInUse file, Desk desk)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Flow, ConnectorKind Kind), ConnectorStand> _stands = [];
    private readonly Dictionary<string, (MirrorMaker2File Of, IReadOnlyDictionary<string, string> Settings)> _written = [];

    private readonly Dictionary<string, (FlowName Flow, ConnectorKind Kind)> _byName = file.First.Flows
        .SelectMany(flow => ConnectorKind.All, (flow, kind) => (flow.Name, Kind: kind)).ToDictionary(one => $"{one.Name}.{one.Kind.Name}");

    /// <summary>The file as the user named it.</summary>
    public string Path => file.First.Path;

    /// <summary>The cluster that is written to, of the first flow whose target answered; null before that.</summary>
    public string? ClusterId => mirror.Look(withLanes: false).Flows.Select(flow => flow.Target?.Id).FirstOrDefault(id => id is not null);

    /// <summary>The names of all of them, in order.</summary>
    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    /// <summary>All of them, in the order of their names.</summary>
    public IReadOnlyList<Connector> All()
    {
        var now = file.First.Flows.ToDictionary(flow => flow.Name, flow => mirror.LookCloser($"{flow.Name}"));
        return [.. Names.Select(name => Of(now[_byName[name].Flow], _byName[name].Kind, name))];
    }

    /// <summary>One of them; null where there is none of the name.</summary>
    public Connector? Find(string name) => _byName.TryGetValue(name, out var one) ? Of(mirror.LookCloser($"{one.Flow}"), one.Kind, name) : null;

    /// <summary>One of a flow, by the name that MirrorMaker 2's dedicated mode gives it; null where there is none of the name.</summary>
    /// <exception cref="Refusal">There is no such flow.</exception>
    public Connector? Find(FlowName flow, string name)
    {
        Check(flow);
        return ConnectorKind.All.FirstOrDefault(kind => kind.Name == name) is { } kind ? Of(mirror.LookCloser($"{flow}"), kind, name) : null;
    }

    /// <exception cref="Refusal">There is no such flow.</exception>
    public void Check(FlowName flow)
    {
        if (file.Of(flow) is null)
        {
            throw new Refusal(StatusCodes.Status404NotFound, $"No replication flow found for source '{flow.Source}' and target '{flow.Target}'");
        }
    }

    /// <summary>It takes in nothing more; its task stays.</summary>
    public Task PauseAsync(Connector connector, Call call) => StandAsync(connector, new ConnectorStand(IsPaused: true, IsStopped: false), "pause", call);

    /// <summary>It does nothing more and has no task; a flow keeps its lanes, so that it can go on at once.</summary>
    public Task StopAsync(Connector connector, Call call) => StandAsync(connector, new ConnectorStand(IsPaused: false, IsStopped: true), "stop", call);

    /// <summary>It goes on.</summary>
    public Task ResumeAsync(Connector connector, Call call) => StandAsync(connector, default, "resume", call);

    /// <summary>What stands still is tried now; nothing that runs is disturbed.</summary>
    public void Restart(Connector connector, Call call)
    {
        if (connector.Kind == ConnectorKind.Source)
        {
            desk.Restart(new Place(connector.Flow.Flow), new Wish(), call.Caller);
        }
        else
        {
            // It tries again by itself at its next turn.
            desk.Tell("restart", connector.Name, null, call.Caller, connector.Flow.Flow);
        }
    }

    /// <summary>
    /// It goes on elsewhere once it is resumed: lanes as <paramref name="body"/> says, or all at their beginning where that is null. Nothing is stored of the two other connectors.
    /// </summary>
    /// <exception cref="Refusal">It is not stopped, or lanes cannot go on there.</exception>
    public async Task MoveAsync(Connector connector, JsonElement? body, Call call)
    {
        var entries = body is { } given ? AlteredOffsets.Entries(given) : null;
        if (!connector.IsStopped)
        {
            throw new Refusal(
                StatusCodes.Status400BadRequest,
                "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the "
                + $"'/connectors/{connector.Name}/stop' endpoint");
        }

        if (connector.Kind == ConnectorKind.Source)
        {
            var name = FlowName.Parse(connector.Flow.Flow);
            var options = file.Of(name)!.Flows.First(flow => flow.Name == name);
            var reset = options.SourceConsumer.AutoOffsetReset == AutoOffsetReset.Latest ? OffsetSpec.Latest : OffsetSpec.Earliest;
            var lanes = connector.Flow.ByLane.Select(lane => new TopicPartition(lane.Topic, lane.Partition)).ToHashSet();
            await MoveAsync(connector, entries is null ? lanes.ToDictionary(lane => lane, _ => reset) : AlteredOffsets.Read(entries, options.Name.Source, lanes, reset), call);
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
                throw new Refusal(StatusCodes.Status503ServiceUnavailable, "The offsets for this connector are decided, and could not be stored yet: that is done within some seconds, or when the flow starts");
            }
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status409Conflict)
        {
            // Tools of Kafka Connect take 409 for a rebalance, and ask again for ever.
            throw new Refusal(StatusCodes.Status400BadRequest, refusal.Message);
        }
    }

    private async Task StandAsync(Connector connector, ConnectorStand stand, string action, Call call)
    {
        var flow = connector.Flow.Flow;
        lock (_gate)
        {
            _stands[(flow, connector.Kind)] = stand;
        }

        // Topics and their settings are still made while records stand still, as Kafka Connect's connector does while it is paused.
        mirror.Idle(flow, connector.Kind.Duties, connector.Kind == ConnectorKind.Source ? stand.IsStopped : stand.IsStopped || stand.IsPaused);
        if (connector.Kind != ConnectorKind.Source)
        {
            desk.Tell(action, connector.Name, null, call.Caller, flow);
        }
        else if (stand == default)
        {
            desk.Resume(new Place(flow), new Wish(), call.Caller);
        }
        else
        {
            await desk.PauseAsync(new Place(flow), new Wish(), call.Caller, call.Gone);
        }
    }

    private Connector Of(FlowSnapshot flow, ConnectorKind kind, string name)
    {
        lock (_gate)
        {
            var stand = _stands.GetValueOrDefault((flow.Flow, kind));
            // The flow may have been resumed by another door: its duties are done again, too.
            stand = kind == ConnectorKind.Source && !flow.IsPaused ? default : stand;
            return new Connector(flow, kind, name, Written(flow.Flow), stand);
        }
    }

    /// <summary>What the file says of a flow, as it was read last.</summary>
    private IReadOnlyDictionary<string, string> Written(string flow)
    {
        var now = file.Of(FlowName.Parse(flow))!;
        if (!_written.TryGetValue(flow, out var written) || written.Of != now)
        {
            _written[flow] = written = (now, ConnectorSettings.Of(now.Explained.First(explained => explained.Flow == flow), now));
        }

        return written.Settings;
    }
}
