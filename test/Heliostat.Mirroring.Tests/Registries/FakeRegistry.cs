using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Tests.Registries;

/// <summary>
/// A schema registry as Confluent's behaves, on a port of this machine: one id for a content, versions by subject, levels and modes.
/// Without modes it is as Apicurio is.
/// </summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedDictionary<int, (int Id, bool Deleted)>> _subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<int, JsonObject> _schemas = [];
    private readonly Dictionary<string, string> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _modes = new(StringComparer.Ordinal);
    private readonly WebApplication _web;
    private int _nextId;

    private FakeRegistry(WebApplication web, int firstId) => (_web, _nextId) = (web, firstId);

    public string Url { get; private set; } = "";

    public bool HasModes { get; init; } = true;

    /// <summary>What <c>Authorization</c> must be; null for anything.</summary>
    public string? Login { get; set; }

    /// <summary>It answers 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>What it says of when to come again; null for nothing.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>Subjects that it takes nothing for.</summary>
    public HashSet<string> Refuses { get; } = [];

    /// <summary>What it answers, by method and path, in place of itself; null for itself.</summary>
    public Func<string, (int Status, string Answer)?> Instead { get; set; } = _ => null;

    /// <summary>All modes that a subject was given, in their order.</summary>
    public List<string> ModesGiven { get; } = [];

    public static async Task<FakeRegistry> StartAsync(int firstId = 1, bool hasModes = true, Action<ListenOptions>? listening = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listening ?? (_ => { })));
        var web = builder.Build();
        var registry = new FakeRegistry(web, firstId) { HasModes = hasModes };
        web.Run(registry.AnswerAsync);
        await web.StartAsync();
        registry.Url = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return registry;
    }

    /// <summary>Registers a schema; its id.</summary>
    public int Add(string subject, string text, params (string Name, string Subject, int Version)[] references) =>
        Register(subject, Body(text, references), kept: null);

    public void Delete(string subject, int version)
    {
        lock (_gate)
        {
            _subjects[subject][version] = _subjects[subject][version] with { Deleted = true };
        }
    }

    public void SetLevel(string subject, string? level) => Set(_levels, subject, level);

    public void SetMode(string subject, string? mode) => Set(_modes, subject, mode);

    public string? Level(string subject) => _levels.GetValueOrDefault(subject);

    public string? Mode(string subject) => _modes.GetValueOrDefault(subject);

    /// <summary>The text of a schema by its id.</summary>
    public string? Text(int id) => _schemas.GetValueOrDefault(id)?["schema"]?.GetValue<string>();

    /// <summary><c>v1=5 v2=6-</c>, a minus for what is deleted.</summary>
    public string Versions(string subject) => string.Join(' ', _subjects
        .GetValueOrDefault(subject, []).Select(version => $"v{version.Key}={version.Value.Id}{(version.Value.Deleted ? "-" : "")}"));

    /// <summary>What a version refers to.</summary>
    public string References(string subject, int version) => _schemas[_subjects[subject][version].Id]["references"]!.ToJsonString();

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private static JsonObject Body(string text, IEnumerable<(string Name, string Subject, int Version)> references) => new()
    {
        ["schema"] = text,
        ["schemaType"] = "AVRO",
        ["references"] = new JsonArray(
            [.. references.Select(one => new JsonObject { ["name"] = one.Name, ["subject"] = one.Subject, ["version"] = one.Version })]),
    };

    private static string Content(JsonObject body) => $"{body["schemaType"]} {body["schema"]} {body["references"]?.ToJsonString()}";

    private int Register(string subject, JsonObject body, (int Id, int Version)? kept)
    {
        lock (_gate)
        {
            var content = Content(body);
            var id = kept?.Id
                ?? (_schemas.FirstOrDefault(one => Content(one.Value) == content) is { Value: not null } same ? same.Key : _nextId++);
            _schemas[id] = new JsonObject
            {
                ["schema"] = body["schema"]!.DeepClone(),
                ["schemaType"] = body["schemaType"]!.DeepClone(),
                ["references"] = body["references"]?.DeepClone() ?? new JsonArray()
            };
            var versions = _subjects.TryGetValue(subject, out var known) ? known : _subjects[subject] = [];
            if (!versions.Values.Any(version => version.Id == id && !version.Deleted))
            {
                versions[kept?.Version ?? versions.Keys.LastOrDefault() + 1] = (id, false);
            }

            return id;
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync() is { Length: > 0 } text ? JsonNode.Parse(text)!.AsObject() : [];
        var (status, answer) = IsDown ? (503, Error(50003, "away"))
            : Login is not null && http.Request.Headers.Authorization != Login ? (401, Error(401, "Unauthorized"))
            : Instead($"{http.Request.Method} {http.Request.Path}") is { } other ? (other.Status, JsonNode.Parse(other.Answer)!)
            : Answer(http.Request, body);
        http.Response.StatusCode = status;
        if (RetryAfter is { } after)
        {
            http.Response.Headers.RetryAfter = after;
        }

        http.Response.ContentType = "application/vnd.schemaregistry.v1+json";
        await http.Response.WriteAsync(answer.ToJsonString(), Encoding.UTF8);
    }

    private static JsonObject Error(int code, string message) => new() { ["error_code"] = code, ["message"] = message };

    private (int Status, JsonNode Answer) Answer(HttpRequest request, JsonObject body)
    {
        string[] path = [.. request.Path.Value!.Trim('/').Split('/').Select(Uri.UnescapeDataString)];
        var deleted = request.Query["deleted"] == "true";
        lock (_gate)
        {
            return (request.Method, path) switch
            {
                ("GET", ["subjects"]) => (200,
                    Array(_subjects.Where(subject => Live(subject.Value, deleted).Any()).Select(subject => JsonValue.Create(subject.Key)))),
                ("GET", ["subjects", var subject, "versions"]) => Live(subject, deleted) is { Count: > 0 } live
                    ? (200, Array(live.Select(version => JsonValue.Create(version.Key))))
                    : (404, Error(40401, "no subject")),
                ("GET", ["subjects", var subject, "versions", var number]) =>
                    Live(subject, deleted) is { } live && live.TryGetValue(int.Parse(number, CultureInfo.InvariantCulture), out var found)
                        ? (200, Registered(subject, int.Parse(number, CultureInfo.InvariantCulture), found.Id))
                        : (404, Error(40402, "no version")),
                ("POST", ["subjects", var subject]) => Find(subject, body, deleted),
                ("POST", ["subjects", var subject, "versions"]) => Post(subject, body),
                ("DELETE", ["subjects", var subject, "versions", var number]) =>
                    Deleted(subject, int.Parse(number, CultureInfo.InvariantCulture)),
                ("GET", ["schemas", "ids", var id, "versions"]) => Uses(int.Parse(id, CultureInfo.InvariantCulture)),
                ("GET", ["config", var subject]) => _levels.TryGetValue(subject, out var level)
                    ? (200, new JsonObject { ["compatibilityLevel"] = level })
                    : (404, Error(40408, "no level")),
                ("PUT", ["config", var subject]) => (200, _levels[subject] = body["compatibility"]!.GetValue<string>()),
                ("DELETE", ["config", var subject]) => (200, JsonValue.Create(_levels.Remove(subject) ? "FULL" : "NONE")),
                (_, ["mode", ..]) when !HasModes => (404, Error(0, "not supported")),
                ("GET", ["mode"]) => (200, new JsonObject { ["mode"] = "READWRITE" }),
                ("GET", ["mode", var subject]) =>
                    _modes.TryGetValue(subject, out var mode) ? (200, new JsonObject { ["mode"] = mode }) : (404, Error(40409, "no mode")),
                ("PUT", ["mode", var subject]) => (200, Given(subject, body["mode"]!.GetValue<string>())),
                ("DELETE", ["mode", var subject]) => (200, Given(subject, "")),
                _ => (404, Error(0, "HTTP 404 Not Found")),
            };
        }
    }

    private static void Set(Dictionary<string, string> all, string subject, string? one)
    {
        if (one is null)
        {
            all.Remove(subject);
        }
        else
        {
            all[subject] = one;
        }
    }

    private static JsonArray Array(IEnumerable<JsonNode?> all) => new([.. all]);

    private static IEnumerable<KeyValuePair<int, (int Id, bool Deleted)>> Live(SortedDictionary<int, (int Id, bool Deleted)> versions,
        bool deleted) => versions.Where(version => deleted || !version.Value.Deleted);

    private Dictionary<int, (int Id, bool Deleted)> Live(string subject, bool deleted) =>
        Live(_subjects.GetValueOrDefault(subject, []), deleted).ToDictionary(version => version.Key, version => version.Value);

    private JsonObject Registered(string subject, int version, int id)
    {
        var found = _schemas[id].DeepClone().AsObject();
        (found["subject"], found["version"], found["id"]) = (subject, version, id);
        return found;
    }

    private string Given(string subject, string mode)
    {
        ModesGiven.Add($"{subject}:{mode}");
        _ = mode.Length == 0 ? _modes.Remove(subject) ? "" : "" : _modes[subject] = mode;
        return mode;
    }

    private (int, JsonNode) Find(string subject, JsonObject body, bool deleted)
    {
        var content = Content(body);
        var found = Live(subject, deleted).FirstOrDefault(version => Content(_schemas[version.Value.Id]) == content);
        return found.Key > 0 ? (200, Registered(subject, found.Key, found.Value.Id)) : (404, Error(40403, "no schema"));
    }

    private (int, JsonNode) Post(string subject, JsonObject body)
    {
        var kept = body["id"]?.GetValue<int>();
        return Refuses.Contains(subject) ? (409, Error(409, "Schema being registered is incompatible"))
            : Mode(subject) == "READONLY" ? (422, Error(42205, "Subject is in read-only mode"))
            : kept is not null && HasModes && Mode(subject) != "IMPORT" ? (422, Error(42205, "Subject is not in import mode"))
            : kept is { } id && _schemas.TryGetValue(id, out var other) && Content(other) != Content(body)
                ? (422, Error(42205, $"Overwrite new schema with id {id} is not permitted."))
            : (200, new JsonObject
            {
                ["id"] = Register(subject, body, kept is { } same && HasModes ? (same, body["version"]!.GetValue<int>()) : null)
            });
    }

    private (int, JsonNode) Deleted(string subject, int version)
    {
        Delete(subject, version);
        return (200, JsonValue.Create(version));
    }

    private (int, JsonNode) Uses(int id) => _schemas.ContainsKey(id)
        ? (200, Array(_subjects.SelectMany(subject => subject.Value.Where(version => version.Value.Id == id)
            .Select(version => (JsonNode)new JsonObject { ["subject"] = subject.Key, ["version"] = version.Key }))))
        : (404, Error(40403, "no schema"));
}
