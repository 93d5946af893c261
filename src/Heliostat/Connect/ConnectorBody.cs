using System.Text.Json;
using Heliostat.Api;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Connect;

/// <summary>Connectors in the bodies of requests.</summary>
internal static class ConnectorBody
{
    /// <summary>Settings, each a text; numbers and truths are taken as they are written.</summary>
    public static Dictionary<string, string> Config(JsonElement body)
    {
        Dictionary<string, string> config = [];
        foreach (var pair in body.EnumerateObject().Where(pair => pair.Value.ValueKind != JsonValueKind.Null))
        {
            config[pair.Name] = Text(pair.Value);
        }

        return config;
    }

    /// <summary>Settings changed by a patch (KIP-477); what is null in it is taken away.</summary>
    public static Dictionary<string, string> Patched(IReadOnlyDictionary<string, string> config, JsonElement patch)
    {
        Dictionary<string, string> patched = new(config);
        foreach (var pair in patch.EnumerateObject())
        {
            if (pair.Value.ValueKind == JsonValueKind.Null)
            {
                patched.Remove(pair.Name);
            }
            else
            {
                patched[pair.Name] = Text(pair.Value);
            }
        }

        return patched;
    }

    /// <summary>A connector to be made.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public static (string Name, Dictionary<string, string> Config, TargetState? Initial) Creation(JsonElement body)
    {
        foreach (var field in body.EnumerateObject().Where(field => field.Name is not ("name" or "config" or "initial_state")))
        {
            throw Bad($"Unrecognized field \"{field.Name}\" (known properties: \"config\", \"name\", \"initial_state\")");
        }

        var config = body.TryGetProperty("config", out var given) && given.ValueKind == JsonValueKind.Object
            ? Config(given)
            : throw Bad("config is missing: an object of settings");
        var name = Field("name")?.Trim() ?? config.GetValueOrDefault("name");
        TargetState? initial = Field("initial_state")?.ToUpperInvariant() switch
        {
            null => null,
            "RUNNING" => TargetState.Started,
            "PAUSED" => TargetState.Paused,
            "STOPPED" => TargetState.Stopped,
            var other => throw Bad($"initial_state: '{other}' is none of RUNNING, PAUSED and STOPPED"),
        };
        return string.IsNullOrEmpty(name) ? throw Bad("name is missing") : (name, config, initial);

        string? Field(string field) =>
            body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static Refusal Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
