using Heliostat.Api;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>
/// The flows of a file as connectors, and what operators want of them. What is paused or stopped here is so until it is resumed or the process ends. Thread-safe.
/// </summary>
/// <param name="mirror">What runs.</param>
/// <param name="file">The file that it runs.</param>
/// <param name="desk">Does what is asked for.</param>
internal sealed class Connectors(IMirror mirror, MirrorMaker2File file, Desk desk)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Flow, ConnectorKind Kind), ConnectorStand> _stands = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _written = file.Explained.ToDictionary(flow => flow.Flow, flow => ConnectorSettings.Of(flow, file));

    /// <summary>The file as the user named it.</summary>
    public string Path => file.Path;

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<Connector> All() =>
        [.. mirror.LookCloser().SelectMany(flow => ConnectorKind.All.Select(kind => Of(flow, kind, $"{flow.Flow}.{kind.Name}"))).OrderBy(connector => connector.Name, StringComparer.Ordinal)];

    /// <summary>Those of one flow, by the names that MirrorMaker 2's dedicated mode gives them.</summary>
    /// <exception cref="Refusal">There is no such flow.</exception>
    public IReadOnlyList<Connector> OfFlow(string source, string target) =>
        mirror.LookCloser().FirstOrDefault(flow => flow.Flow == $"{source}->{target}") is { } found
            ? [.. ConnectorKind.All.Select(kind => Of(found, kind, kind.Name))]
            : throw new Refusal(StatusCodes.Status404NotFound, $"No replication flow found for source '{source}' and target '{target}'");

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
            // The flow may have been resumed by another door.
            stand = kind == ConnectorKind.Source && !flow.IsPaused ? default : stand;
            return new Connector(flow, kind, name, _written[flow.Flow], stand);
        }
    }
}
