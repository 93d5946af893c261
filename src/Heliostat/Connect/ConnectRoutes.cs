using Heliostat.Api;
using Heliostat.Configuration.Options;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>
/// Kafka Connect's REST API (KIP-66, 458, 475, 495, 745, 793, 875, 1017), as tools that people have call it.
/// </summary>
/// <param name="connectors">The connectors.</param>
internal sealed class ConnectRoutes(IConnectors connectors) : IGuest
{
    public IEnumerable<Route> All()
    {
        yield return Get("/connectors", ListAsync);
        yield return Get("/{source}/{target}/connectors", call =>
        {
            connectors.Check(FlowOf(call, call["source"]));
            return call.JsonAsync([.. ConnectorKind.All.Select(kind => kind.Name)], ConnectJson.Plain.IReadOnlyListString);
        });
        yield return Change("POST", "/connectors", Role.Operate, CreateAsync);
        foreach (var route in Each("/connectors").Concat(Each("/{source}/{target}/connectors")))
        {
            yield return route;
        }

        yield return Get("/connector-plugins", call => call.JsonAsync(Plugins.All, ConnectJson.Plain.IReadOnlyListPluginDocument));
        yield return Get("/connector-plugins/{plugin}/config",
            call => call.JsonAsync(Plugins.Definitions(Plugins.Of(call["plugin"])), ConnectJson.Plain.IReadOnlyListDefinitionDocument));
        yield return new Route("PUT", "/connector-plugins/{plugin}/config/validate", Role.View, "", async call => await call.JsonAsync(
            Plugins.Validate(Plugins.Of(call["plugin"]), call["plugin"], ConnectorBody.Config(await call.BodyAsync())),
            ConnectJson.Plain.ValidationDocument));
    }

    /// <summary>The worker, for who does not ask for a page.</summary>
    public Task FrontAsync(Call call) => call.JsonAsync(
        new WorkerDocument(
            Connector.Version, "heliostat", connectors.ClusterId, new HeliostatDocument(ProgramVersion.Text)),
        ConnectJson.Plain.WorkerDocument);

    private static Route Get(string path, Func<Call, Task> answer) => new("GET", path, Role.View, "", answer);

    /// <summary>This process as Connect's workers are named.</summary>
    private string Worker(Call call) => connectors.Worker ?? $"{call.Http.Connection.LocalIpAddress}:{call.Http.Connection.LocalPort}";

    private IEnumerable<Route> Each(string all)
    {
        var one = all + "/{connector}";
        yield return Get(one, call => call.JsonAsync(Found(call).Info(), ConnectJson.Plain.ConnectorDocument));
        yield return Get($"{one}/config", call => call.JsonAsync(Found(call).Config(), ConnectJson.Plain.IReadOnlyDictionaryStringString));
        yield return Get($"{one}/status", call => call.JsonAsync(
            (Find(call) ?? throw Unknown($"No status found for connector {call["connector"]}")).Status(Worker(call)),
            ConnectJson.Plain.ConnectorStatus));
        yield return Get($"{one}/tasks", call => call.JsonAsync(Found(call).Tasks(), ConnectJson.Plain.IReadOnlyListTaskDocument));
        yield return Get($"{one}/tasks/{{task}}/status", TaskAsync);
        yield return Get($"{one}/topics", call => call.JsonAsync(
            new Dictionary<string, WrittenTopics> { [call["connector"]] = new(Find(call)?.Topics() ?? []) },
            ConnectJson.Plain.DictionaryStringWrittenTopics));
        yield return Get($"{one}/offsets", call => call.JsonAsync(Found(call).Offsets(), ConnectJson.Plain.OffsetsDocument));
        yield return Do("PUT", $"{one}/pause", connectors.PauseAsync, StatusCodes.Status202Accepted);
        yield return Do("PUT", $"{one}/resume", connectors.ResumeAsync, StatusCodes.Status202Accepted);
        yield return Do("PUT", $"{one}/stop", connectors.StopAsync, StatusCodes.Status204NoContent);
        yield return new Route("POST", $"{one}/restart", Role.Operate, "", RestartAsync);
        yield return new Route("POST", $"{one}/tasks/{{task}}/restart", Role.Operate, "", RestartTaskAsync);
        yield return new Route("PUT", $"{one}/topics/reset", Role.Operate, "", call =>
        {
            Found(call);
            call.Empty(StatusCodes.Status202Accepted);
            return Task.CompletedTask;
        });
        yield return Change("DELETE", one, Role.Admin, async call =>
        {
            await connectors.DeleteAsync(Found(call), call);
            call.Empty(StatusCodes.Status204NoContent);
        });
        yield return Change("PUT", $"{one}/config", Role.Operate,
            async call => await PutAsync(call, call["connector"], ConnectorBody.Config(await call.BodyAsync()), initial: null));
        yield return Change("PATCH", $"{one}/config", Role.Operate, async call =>
            await PutAsync(call, call["connector"], ConnectorBody.Patched(Found(call).Config(), await call.BodyAsync()), initial: null));
        yield return new Route("PATCH", $"{one}/offsets", Role.Admin, "", call => MoveAsync(call, isReset: false));
        yield return new Route("DELETE", $"{one}/offsets", Role.Admin, "", call => MoveAsync(call, isReset: true));
    }

    private Route Change(string method, string path, Role needs, Func<Call, Task> act) => new(method, path, needs, "", call =>
    {
        connectors.MayChange();
        return act(call);
    });

    private Route Do(string method, string path, Func<Connector, Call, Task> act, int status) =>
        new(method, path, Role.Operate, "", async call =>
        {
            await act(Find(call) ?? throw Unknown($"Unknown connector {call["connector"]}"), call);
            call.Empty(status);
        });

    private async Task CreateAsync(Call call)
    {
        var (name, config, initial) = ConnectorBody.Creation(await call.BodyAsync());
        if (connectors.Find(name, call) is not null)
        {
            throw new Refusal(StatusCodes.Status409Conflict, $"Connector {name} already exists");
        }

        await PutAsync(call, name, config, initial);
    }

    private async Task PutAsync(Call call, string name, Dictionary<string, string> config, TargetState? initial)
    {
        var isNew = connectors.Find(name, call) is null;
        config.TryAdd("name", name);
        await connectors.PutAsync(name, config, initial, call);
        var now = connectors.Find(name, call) ?? throw Unknown($"Connector {name} not found");
        if (isNew)
        {
            call.Http.Response.Headers.Location =
                $"{call.Http.Request.Scheme}://{call.Http.Request.Host}/connectors/{Uri.EscapeDataString(name)}";
        }

        await call.JsonAsync(
            isNew ? now.Info() with { Tasks = [] } : now.Info(), ConnectJson.Plain.ConnectorDocument,
            isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task MoveAsync(Call call, bool isReset)
    {
        await connectors.MoveAsync(Found(call), isReset ? null : await call.BodyAsync(), call);
        await call.JsonAsync(new DoneDocument($"The offsets for this connector have been {(isReset ? "reset" : "altered")} successfully"),
            ConnectJson.Plain.DoneDocument);
    }

    private Task ListAsync(Call call)
    {
        if (!call.Http.Request.Query.ContainsKey("expand"))
        {
            return call.JsonAsync([.. connectors.Names], ConnectJson.Plain.IReadOnlyListString);
        }

        var expand = call.QueryAll("expand");
        return call.JsonAsync(
            connectors.All(call).ToDictionary(connector => connector.Name, connector => new ExpandedDocument
            {
                Status = expand.Contains("status") ? connector.Status(Worker(call)) : null,
                Info = expand.Contains("info") ? connector.Info() : null,
            }),
            ConnectJson.Plain.DictionaryStringExpandedDocument);
    }

    private Task TaskAsync(Call call)
    {
        var task = TaskNumber(call);
        return Find(call)?.Task(Worker(call)) is { } status && task == 0
            ? call.JsonAsync(status, ConnectJson.Plain.TaskStatus)
            : throw Unknown($"No status found for task {call["connector"]}-{task}");
    }

    private async Task RestartAsync(Call call)
    {
        var connector = Find(call) ?? throw Unknown($"Unknown connector: {call["connector"]}");
        await connectors.RestartAsync(connector, call);
        var withTasks = call.QueryFlag("includeTasks");
        var onlyFailed = call.QueryFlag("onlyFailed");
        if (!withTasks && !onlyFailed)
        {
            call.Empty(StatusCodes.Status204NoContent);
            return;
        }

        var now = connector.Status(Worker(call));
        var begun = connector.Status(Worker(call), isRestarting: true);
        await call.JsonAsync(
            now with
            {
                Connector = onlyFailed && now.Connector.State != "FAILED" ? now.Connector : begun.Connector,
                Tasks = !withTasks || (onlyFailed && now.Tasks is not [{ State: "FAILED" }]) ? now.Tasks : begun.Tasks,
            },
            ConnectJson.Plain.ConnectorStatus, StatusCodes.Status202Accepted);
    }

    private async Task RestartTaskAsync(Call call)
    {
        var task = TaskNumber(call);
        if (Find(call) is not { } connector || task != 0 || connector.Task(Worker(call)) is null)
        {
            throw Unknown($"Unknown task: {call["connector"]}-{task}");
        }

        await connectors.RestartAsync(connector, call);
        call.Empty(StatusCodes.Status204NoContent);
    }

    private static FlowName FlowOf(Call call, string source) => new(source, call["target"]);

    private Connector? Find(Call call) => call.Find("source") is { } source
        ? connectors.Find(FlowOf(call, source), call["connector"])
        : connectors.Find(call["connector"], call);

    private Connector Found(Call call) => Find(call) ?? throw Unknown($"Connector {call["connector"]} not found");

    private static int TaskNumber(Call call) =>
        int.TryParse(call["task"], System.Globalization.CultureInfo.InvariantCulture, out var task)
            ? task
            : throw Unknown("HTTP 404 Not Found");

    private static Refusal Unknown(string message) => new(StatusCodes.Status404NotFound, message);
}
