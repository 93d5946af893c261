using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliostat.Testing;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>A worker with a mirror of one topic, asked as any other: what it answers, without what is its own.</summary>
/// <param name="http">Its REST API.</param>
/// <param name="pair">The clusters that it mirrors between.</param>
/// <param name="topic">What it mirrors; in calls it is TOPIC, in answers <c>orders</c>.</param>
internal sealed class AskedWorker(HttpClient http, ClusterPair pair, string topic)
{
    /// <summary>What changes its settings may be as before for a moment.</summary>
    private const int Settled = 40;

    private const string Gone = "404";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Different from worker to worker, or told by ours besides.</summary>
    private static readonly string[] Own = ["worker_id", "heliostat", "commit", "last_modified"];

    /// <summary>Calls, or waits until what is asked for is so.</summary>
    /// <param name="call"><c>METHOD PATH BODY</c>, or <c>WAIT PATH TEXT</c>, <c>SETTLE PATH TEXT</c>.</param>
    /// <returns>The status and the body; nothing after a wait.</returns>
    public async Task<string> DoAsync(string call)
    {
        var parts = call.Split(' ', 3);
        var path = parts[1].StartsWith('/') ? parts[1]
            : $"/connectors/{(parts[1][0] == 'C' ? "A-%3EB.MirrorSourceConnector" : "nobody")}{parts[1][1..]}";
        if (parts[0] is not ("WAIT" or "SETTLE"))
        {
            return await CallAsync(parts[0], path, parts.ElementAtOrDefault(2));
        }

        await UntilAsync(path, parts[2], parts[0] == "WAIT" ? 1 : Settled);
        return "";
    }

    /// <summary>
    /// Waits until a path is answered with 200 and <paramref name="has"/> in it, so many times in a row; or with 404, where that is asked
    /// for.
    /// </summary>
    public async Task UntilAsync(string path, string has, int times = 1)
    {
        var seen = 0;
        await Eventually.ValueAsync($"{http.BaseAddress}{path} to have {has}", Patience, async _ =>
        {
            var said = await TriedAsync(path);
            var status = has == Gone ? Gone : "200";
            seen = said.StartsWith(status, StringComparison.Ordinal) && said.Contains(has, StringComparison.Ordinal) ? seen + 1 : 0;
            return said;
        }, _ => seen >= times, CancellationToken.None);
    }

    private async Task<string> TriedAsync(string path)
    {
        try
        {
            return await CallAsync("GET", path, null);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private async Task<string> CallAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body.Replace("CONFIG", Config(), StringComparison.Ordinal)
                .Replace("TOPIC", topic, StringComparison.Ordinal));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var answer = await http.SendAsync(request);
        return $"{(int)answer.StatusCode} {Same(await answer.Content.ReadAsStringAsync())}";
    }

    private string Config() => JsonSerializer.Serialize(JavaConnect.SourceConnector(pair, topic));

    /// <summary>Without order, and without what each worker has of its own.</summary>
    private string Same(string text)
    {
        var named = text.Replace(topic, "orders", StringComparison.Ordinal);
        try
        {
            return Sorted(JsonNode.Parse(named))?.ToJsonString() ?? "";
        }
        catch (JsonException)
        {
            return named;
        }
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(
            from one in map
            where !Own.Contains(one.Key)
            orderby one.Key
            select KeyValuePair.Create(one.Key, Sorted(one.Value))),
        JsonArray list => new JsonArray([.. list.Select(Sorted).OrderBy(item => item?.ToJsonString(), StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };
}
