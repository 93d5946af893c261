using System.Text.Json;
using Heliostat.Api;
using Heliostat.Client;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;
using Heliostat.Transport;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>The connectors of a Connect cluster, as they are kept in its topics. Thread-safe.</summary>
/// <param name="herder">Runs them.</param>
/// <param name="file">The worker's.</param>
/// <param name="mirror">What runs.</param>
/// <param name="desk">Does what is asked for.</param>
internal sealed class HerdedConnectors(Herder herder, ConnectWorkerFile file, IMirror mirror, Desk desk) : IConnectors
{
    private static readonly TimeSpan DoneWithin = TimeSpan.FromSeconds(20);

    private readonly ConnectorLanes _lanes = new(desk);

    public string? Worker => herder.Worker;

    public string? ClusterId => herder.ClusterId;

    public IEnumerable<string> Names => Herd().Ours.Select(kept => kept.Name);

    public IReadOnlyList<Connector> All(Call call) => Herd().All(MaySeeSecrets(call));

    public Connector? Find(string name, Call call) => Herd().Find(name, MaySeeSecrets(call));

    public Connector? Find(FlowName flow, string name)
    {
        Check(flow);
        return null;
    }

    public void Check(FlowName flow) =>
        throw new Refusal(StatusCodes.Status404NotFound, "HTTP 404 Not Found", "in Connect mode all connectors are below /connectors");

    public Task PauseAsync(Connector connector, Call call) => SetStateAsync(connector, TargetState.Paused, "pause", call);

    public Task StopAsync(Connector connector, Call call) => SetStateAsync(connector, TargetState.Stopped, "stop", call);

    public Task ResumeAsync(Connector connector, Call call) => SetStateAsync(connector, TargetState.Started, "resume", call);

    public async Task RestartAsync(Connector connector, Call call)
    {
        desk.Tell("restart", connector.Name, null, call.Caller, connector.Flow.Flow);
        await DoneAsync(ct => herder.RestartAsync(FlowName.Parse(connector.Flow.Flow), ct), call);
        if (connector.Kind == ConnectorKind.Source && herder.Find(FlowName.Parse(connector.Flow.Flow)) is not null)
        {
            mirror.Retry(new Place(connector.Flow.Flow));
        }
    }

    public Task MoveAsync(Connector connector, JsonElement? body, Call call) => _lanes.MoveAsync(
        connector,
        () => herder.Find(FlowName.Parse(connector.Flow.Flow))?.Options
            ?? throw new Refusal(StatusCodes.Status400BadRequest, $"Connector {connector.Name} cannot run: {connector.Flow.Cause}"),
        body, call);

    public void MayChange()
    {
        // By whoever may.
    }

    public async Task PutAsync(string name, IReadOnlyDictionary<string, string> config, TargetState? initial, Call call)
    {
        Check(name, config);
        await SayAsync(
            [.. initial is { } target ? Targeting(name, target) : [], ConfigState.ConfigRecord(name, config)], call);
        desk.Tell("config", name, null, call.Caller, $"{Herd().Plan.Places[name].Flow}");
    }

    public async Task DeleteAsync(Connector connector, Call call)
    {
        await SayAsync(ConfigState.Forgetting(connector.Name), call);
        desk.Tell("delete", connector.Name, null, call.Caller, connector.Flow.Flow);
    }

    private static IReadOnlyList<KeyValuePair<string, byte[]?>> Targeting(string name, TargetState target) =>
        [.. target == TargetState.Stopped ? [ConfigState.NoTasksRecord(name)] : Array.Empty<KeyValuePair<string, byte[]?>>(),
            ConfigState.TargetRecord(name, target)];

    private async Task SetStateAsync(Connector connector, TargetState target, string action, Call call)
    {
        await SayAsync(Targeting(connector.Name, target), call);
        var runsFlow = connector.Kind == ConnectorKind.Source
            && herder.Find(FlowName.Parse(connector.Flow.Flow))?.Connectors.Source?.Name == connector.Name;
        await _lanes.SetStateAsync(connector, runsFlow, target == TargetState.Started, action, call);
    }

    /// <summary>What Kafka Connect would not take either, and what cannot run here.</summary>
    private void Check(string name, IReadOnlyDictionary<string, string> config)
    {
        var named = Plugins.ClassOf(config);
        if (ConnectorKind.Find(named.Trim()) is null)
        {
            throw Bad(
                $"Failed to find any class that implements Connector and which name matches {named}, available connectors are: "
                    + $"{string.Join(", ", ConnectorKind.All.Select(kind => kind.ClassName))}");
        }

        if (config["name"] != name)
        {
            throw Bad($"Connector name configuration ({config["name"]}) doesn't match connector name in the URL ({name})");
        }

        var others = Herd().Connectors.Where(kept => kept.Name != name);
        var plan = HerdPlan.Of([.. others
            .Append(new KeptConnector(name, config, TargetState.Started)).OrderBy(kept => kept.Name, StringComparer.Ordinal)]);
        var place = plan.Places[name];
        if (plan.Places.Values.FirstOrDefault(other => other.Flow == place.Flow && other.Kind == place.Kind
            && other.Refusal is not null)?.Refusal is { } refusal)
        {
            throw Bad(refusal);
        }

        var flow = plan.Flows.FirstOrDefault(flow => flow.Name == place.Flow)
            // Alone it does nothing, and is looked at as if what it waits for were there.
            ?? new MirrorConnectors(place.Flow)
            {
                Source = new WrittenConnector(name, config),
                Checkpoint = new WrittenConnector(name, config)
            };
        var problems = file.Flow(flow).Errors;
        if (problems.Count > 0)
        {
            throw Bad(ConnectorProblems.Invalid(problems, flow.Name));
        }
    }

    private Herd Herd() => herder.Herd
        ?? throw new Refusal(StatusCodes.Status409Conflict,
            "Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.");

    private static bool MaySeeSecrets(Call call) => call.Caller.Role >= Role.Operate;

    private Task SayAsync(IReadOnlyList<KeyValuePair<string, byte[]?>> records, Call call)
    {
        Herd();
        return DoneAsync(ct => herder.SayAsync(records, ct), call);
    }

    private static async Task DoneAsync(Func<CancellationToken, Task> act, Call call)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Gone);
        either.CancelAfter(DoneWithin);
        try
        {
            await act(either.Token);
        }
        catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException)
        {
            throw new Refusal(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
        catch (OperationCanceledException) when (!call.Gone.IsCancellationRequested)
        {
            throw new Refusal(StatusCodes.Status503ServiceUnavailable,
                $"Request timed out. The config topic did not take it within {DoneWithin.TotalSeconds:0} s");
        }
    }

    private static Refusal Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
