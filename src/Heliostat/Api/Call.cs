using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>One request that found its route.</summary>
internal sealed class Call(HttpContext http, IReadOnlyDictionary<string, string> names, Caller caller)
{
    private const int MostText = 1000;

    public HttpContext Http => http;

    public Caller Caller => caller;

    /// <summary>What it found.</summary>
    public required Route Route { get; init; }

    /// <summary>Ended when nobody waits for the answer any more.</summary>
    public CancellationToken Gone => http.RequestAborted;

    /// <summary>A name of the path.</summary>
    public string this[string name] => names[name];

    /// <summary>Null where the path has no such name.</summary>
    public string? Find(string name) => names.GetValueOrDefault(name);

    /// <summary>What stands behind the question mark; null for nothing.</summary>
    public string? Query(string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>All values of a name; several may stand in one, with commas between them.</summary>
    public string[] QueryAll(string name) =>
        [.. http.Request.Query[name].OfType<string>().SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>A number behind the question mark.</summary>
    /// <exception cref="Refusal">It is none, or less than 0.</exception>
    public long? QueryNumber(string name) => Query(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new Refusal(StatusCodes.Status400BadRequest, $"{name}: '{text}' is not a whole number");

    /// <summary>Whether a name stands there, and is not false.</summary>
    public bool QueryFlag(string name) =>
        http.Request.Query.TryGetValue(name, out var value) && !value.ToString().Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>The body, an object; an empty one where there is no body.</summary>
    /// <exception cref="Refusal">It is not JSON, or no object, or has something in it that is not known.</exception>
    public async Task<JsonElement> BodyAsync()
    {
        if (http.Request.ContentLength is 0 || (http.Request.ContentLength is null && http.Request.Headers.TransferEncoding.Count == 0))
        {
            return JsonDocument.Parse("{}").RootElement;
        }

        if (!http.Request.HasJsonContentType())
        {
            throw new Refusal(StatusCodes.Status415UnsupportedMediaType, "HTTP 415 Unsupported Media Type", "send application/json");
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, default, Gone);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Known(document.RootElement.Clone())
                : throw new Refusal(StatusCodes.Status400BadRequest, "the body is not a JSON object");
        }
        catch (JsonException failure)
        {
            throw new Refusal(StatusCodes.Status400BadRequest, $"the body is not JSON: {failure.Message}");
        }
    }

    /// <exception cref="Refusal">It has something in it that is not known.</exception>
    private JsonElement Known(JsonElement body)
    {
        foreach (var field in body.EnumerateObject())
        {
            if (Route.Changes && !Route.Body.Any(known => known.Name == field.Name))
            {
                throw Route.Unknown(field.Name, Route.Body, "in its body");
            }
        }

        return body;
    }

    /// <summary>Asks a cluster, as long as somebody waits for the answer.</summary>
    /// <exception cref="Refusal">It does not answer, or refuses it.</exception>
    public async Task<T> AskedAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        try
        {
            return await ask(Gone);
        }
        catch (Exception failure) when (failure is Transport.KafkaConnectionException or Client.KafkaErrorException)
        {
            throw new Refusal(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }

    /// <summary>A text of a body; null for none.</summary>
    /// <exception cref="Refusal">It is no text, or far too long.</exception>
    public static string? Text(JsonElement body, string name) =>
        !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MostText } text ? text
            : throw new Refusal(StatusCodes.Status400BadRequest, $"{name}: is not a text of at most {MostText} characters");

    public Task JsonAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(value, type, "application/json", Gone);
    }

    public Task TextAsync(string text, string contentType, int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(text, Gone);
    }

    public void Empty(int status) => http.Response.StatusCode = status;
}
