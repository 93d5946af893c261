using System.Text.Json;
using Heliostat.Api;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>
/// The flows of a file as connectors, and what operators want of them. What is stopped here is so until it is resumed or the process ends;
/// that records stand still, also after that. Thread-safe.
/// </summary>
/// <param name="mirror">What runs.</param>
/// <param name="file">The file that it runs.</param>
/// <param name="desk">Does what is asked for.</param>
internal sealed class Connectors(IMirror mirror, FileInUse file, Desk desk) : IConnectors
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Flow, ConnectorKind Kind), WantedState> _wanted = [];
    private readonly Dictionary<string, (MirrorMaker2File Of, IReadOnlyDictionary<string, string> Settings)> _written = [];

    private readonly Dictionary<string, (FlowName Flow, ConnectorKind Kind)> _byName = file.First.Flows
        .SelectMany(flow => ConnectorKind.All, (flow, kind) => (flow.Name, Kind: kind)).ToDictionary(one => $"{one.Name}.{one.Kind.Name}");

    private readonly ConnectorLanes _lanes = new(desk);

    public string? Worker => null;

    public string? ClusterId => mirror.Look(withLanes: false).Flows.Select(flow => flow.Target?.Id).FirstOrDefault(id => id is not null);

    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public IReadOnlyList<Connector> All(Call call)
    {
        var now = file.First.Flows.ToDictionary(flow => flow.Name, flow => mirror.LookCloser($"{flow.Name}"));
        return [.. Names.Select(name => Of(now[_byName[name].Flow], _byName[name].Kind, name))];
    }

    public Connector? Find(string name, Call call) =>
        _byName.TryGetValue(name, out var one) ? Of(mirror.LookCloser($"{one.Flow}"), one.Kind, name) : null;

    public Connector? Find(FlowName flow, string name)
    {
        Check(flow);
        return ConnectorKind.All.FirstOrDefault(kind => kind.Name == name) is { } kind
            ? Of(mirror.LookCloser($"{flow}"), kind, name)
            : null;
    }

    public void Check(FlowName flow)
    {
        if (file.Of(flow) is null)
        {
            throw new Refusal(StatusCodes.Status404NotFound,
                $"No replication flow found for source '{flow.Source}' and target '{flow.Target}'");
        }
    }

    public Task PauseAsync(Connector connector, Call call) =>
        SetStateAsync(connector, new WantedState(IsPaused: true, IsStopped: false), "pause", call);

    public Task StopAsync(Connector connector, Call call) =>
        SetStateAsync(connector, new WantedState(IsPaused: false, IsStopped: true), "stop", call);

    public Task ResumeAsync(Connector connector, Call call) => SetStateAsync(connector, default, "resume", call);

    public Task RestartAsync(Connector connector, Call call)
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

        return Task.CompletedTask;
    }

    public Task MoveAsync(Connector connector, JsonElement? body, Call call)
    {
        var name = FlowName.Parse(connector.Flow.Flow);
        return _lanes.MoveAsync(connector, () => file.Of(name)!.Flows.First(flow => flow.Name == name), body, call);
    }

    public void MayChange() =>
        throw new Refusal(StatusCodes.Status405MethodNotAllowed, $"flows come from {file.First.Path}: change it there, and start again");

    public Task PutAsync(string name, IReadOnlyDictionary<string, string> config, TargetState? initial, Call call)
    {
        MayChange();
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Connector connector, Call call)
    {
        MayChange();
        return Task.CompletedTask;
    }

    private Task SetStateAsync(Connector connector, WantedState wanted, string action, Call call)
    {
        var flow = connector.Flow.Flow;
        lock (_gate)
        {
            _wanted[(flow, connector.Kind)] = wanted;
        }

        // Topics and their settings are still made while records stand still, as Kafka Connect's connector does while it is paused.
        var isSource = connector.Kind == ConnectorKind.Source;
        mirror.Idle(flow, connector.Kind.Duties, isSource ? wanted.IsStopped : wanted.IsStopped || wanted.IsPaused);
        return _lanes.SetStateAsync(connector, isSource, wanted == default, action, call);
    }

    private Connector Of(FlowSnapshot flow, ConnectorKind kind, string name)
    {
        lock (_gate)
        {
            var wanted = _wanted.GetValueOrDefault((flow.Flow, kind));
            // The flow may have been resumed by another door: its duties are done again, too.
            wanted = kind == ConnectorKind.Source && !flow.IsPaused ? default : wanted;
            return new Connector(flow, kind, name,
                new Dictionary<string, string>(Written(flow.Flow)) { ["name"] = name, ["connector.class"] = kind.ClassName }, wanted);
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
