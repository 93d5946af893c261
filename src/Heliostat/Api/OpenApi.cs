using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;

namespace Heliostat.Api;

/// <summary>Describes routes as OpenAPI 3.1: made from the routes themselves and from the types of their answers.</summary>
internal static partial class OpenApi
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    public static string Of(IEnumerable<Route> routes)
    {
        var paths = new JsonObject();
        foreach (var path in routes.Where(route => route.Summary.Length > 0).GroupBy(route => route.Path))
        {
            var verbs = new JsonObject();
            foreach (var route in path)
            {
                verbs[route.Method.ToLowerInvariant()] = Operation(route);
            }

            paths[path.Key] = verbs;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Heliostat",
                ["version"] = "1",
                ["description"] = "A running mirror: see it, steer it."
            },
            ["paths"] = paths,
        }.ToJsonString(Indented);
    }

    private static JsonObject Operation(Route route)
    {
        var parameters = new JsonArray();
        foreach (var name in route.Names)
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" }
            });
        }

        foreach (var (name, means) in route.Query)
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["in"] = "query",
                ["description"] = Plain(means),
                ["schema"] = new JsonObject { ["type"] = "string" }
            });
        }

        var operation = new JsonObject
        {
            ["summary"] = Plain(route.Summary),
            ["x-role"] = route.Needs == Role.None ? "none" : Access.Word(route.Needs),
            ["parameters"] = parameters,
        };
        if (route.Body.Count > 0)
        {
            var properties = new JsonObject();
            foreach (var (name, means) in route.Body)
            {
                properties[name] = new JsonObject { ["type"] = "string", ["description"] = Plain(means) };
            }

            operation["requestBody"] = new JsonObject
            {
                ["content"] = Json(new JsonObject { ["type"] = "object", ["properties"] = properties })
            };
        }

        var answer = new JsonObject { ["description"] = "done" };
        if (route.Gives is { } type)
        {
            answer["content"] = Json(type.GetJsonSchemaAsNode());
        }

        operation["responses"] = new JsonObject { ["200"] = answer };
        return operation;
    }

    private static JsonObject Json(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    /// <summary>Without what marks words for the page of documentation.</summary>
    private static string Plain(string text) => Markup().Replace(text, "`");

    [GeneratedRegex("</?code>")]
    private static partial Regex Markup();
}
