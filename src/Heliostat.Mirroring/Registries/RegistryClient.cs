using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Heliostat.Configuration.Options;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// A schema registry by Confluent's REST API, which Apicurio and Redpanda answer too. Of several addresses the one that answered last is
/// asked, then the others. What is not there is null; one caller at a time.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    private const int MostAnswerBytes = 64 * 1024 * 1024;

    /// <summary>What Confluent's API calls a schema that is not there.</summary>
    private const int NoSchema = 40403;

    /// <summary>The longest that a registry may ask us to stay away.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly MediaTypeHeaderValue Json = new("application/vnd.schemaregistry.v1+json");

    private readonly string _side;
    private readonly Uri[] _urls;
    private readonly AuthenticationHeaderValue?[] _logins;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private int _at;

    /// <param name="side">Whose it is: <c>source</c> or <c>target</c>.</param>
    /// <param name="options">Where it is and how to log in.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreException">A store of certificates cannot be read.</exception>
    public RegistryClient(string side, RegistryOptions options, TimeProvider time)
    {
        _side = side;
        _urls = [.. options.Urls.Select(url => new UriBuilder(url)
        {
            UserName = "",
            Password = "",
            Path = url.AbsolutePath.TrimEnd('/') + "/"
        }.Uri)];
        _logins = [.. options.Urls.Select(url => Login(options, url))];
        _http = new HttpClient(HttpsHandler.Create(options.Tls, ConnectsWithin, ConnectionLifetime, time))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostAnswerBytes
        };
        _time = time;
    }

    /// <summary>What it is called where people read it.</summary>
    public string Called => $"{_side}: schema registry {_urls[_at].GetLeftPart(UriPartial.Path).TrimEnd('/')}";

    /// <summary>All subjects; with <paramref name="deleted"/> also those that were deleted, and can be had again.</summary>
    public async Task<IReadOnlyList<string>> SubjectsAsync(bool deleted, CancellationToken ct) =>
        Answered(await NeededAsync(HttpMethod.Get, $"subjects{Deleted(deleted)}", null, ct), static found =>
            found.EnumerateArray().Select(Schema.String).ToArray());

    /// <summary>The versions of a subject, the first one first; none where it is not there.</summary>
    public async Task<IReadOnlyList<int>> VersionsAsync(string subject, bool deleted, CancellationToken ct) =>
        await CallAsync(HttpMethod.Get, $"{Path(subject)}/versions{Deleted(deleted)}", null, ct) is { } found
            ? Answered(found, static all => all.EnumerateArray().Select(version => version.GetInt32()).Order().ToArray())
            : [];

    /// <summary>A version of a subject.</summary>
    public async Task<RegisteredSchema?> VersionAsync(string subject, int version, bool deleted, CancellationToken ct) =>
        await CallAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture,
            $"{Path(subject)}/versions/{version}{Deleted(deleted)}"), null, ct) is { } found
            ? Answered(found, static found => Registered(found, Schema.Read(found)))
            : null;

    /// <summary>Where a subject has a schema.</summary>
    public async Task<RegisteredSchema?> FindAsync(string subject, Schema schema, bool deleted, CancellationToken ct) =>
        await CallAsync(HttpMethod.Post, $"{Path(subject)}{Deleted(deleted)}", schema.Write(), ct) is { } found
            ? Answered(found, found => Registered(found, schema))
            : null;

    /// <summary>Registers a schema; its id.</summary>
    /// <param name="subject">Under which subject.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="kept">The id and version that it is to have; null for those that the registry gives.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<int> RegisterAsync(string subject, Schema schema, (int Id, int Version)? kept, CancellationToken ct) =>
        Answered(await NeededAsync(HttpMethod.Post, $"{Path(subject)}/versions", schema.Write(kept?.Id, kept?.Version), ct),
            static found => found.GetProperty("id").GetInt32());

    /// <summary>Deletes a version so that it can be had again.</summary>
    public Task DeleteAsync(string subject, int version, CancellationToken ct) =>
        CallAsync(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"{Path(subject)}/versions/{version}"), null, ct);

    /// <summary>
    /// The subjects and versions that an id is of, deleted ones too; null where the registry says that it does not know it: a 404 of
    /// whatever stands before it is not believed.
    /// </summary>
    public async Task<IReadOnlyList<(string Subject, int Version)>?> UsesAsync(int id, CancellationToken ct) =>
        await CallAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"schemas/ids/{id}/versions?deleted=true"), null,
            ct, NoSchema) is { } found
            ? Answered(found, static all => all.EnumerateArray()
                .Select(use => (Schema.String(use.GetProperty("subject")), use.GetProperty("version").GetInt32())).ToArray())
            : null;

    /// <summary>The compatibility level that a subject has of its own.</summary>
    public async Task<string?> LevelAsync(string subject, CancellationToken ct) =>
        await CallAsync(HttpMethod.Get, $"config/{Uri.EscapeDataString(subject)}", null, ct) is { } found
            ? Answered(found, static found => Text(found, "compatibilityLevel") ?? Text(found, "compatibility"))
            : null;

    /// <summary>Gives a subject a level of its own; null takes it away.</summary>
    public Task SetLevelAsync(string subject, string? level, CancellationToken ct) => level is null
        ? CallAsync(HttpMethod.Delete, $"config/{Uri.EscapeDataString(subject)}", null, ct)
        : NeededAsync(HttpMethod.Put, $"config/{Uri.EscapeDataString(subject)}", Body("compatibility", level), ct);

    /// <summary>The mode of a subject of its own, or of the registry; null where there is none, or it has no modes.</summary>
    public async Task<string?> ModeAsync(string? subject, CancellationToken ct) =>
        await CallAsync(HttpMethod.Get, subject is null ? "mode" : $"mode/{Uri.EscapeDataString(subject)}", null, ct) is { } found
            ? Answered(found, static found => Text(found, "mode"))
            : null;

    /// <summary>Gives a subject a mode of its own; null takes it away.</summary>
    public Task SetModeAsync(string subject, string? mode, CancellationToken ct) => mode is null
        ? CallAsync(HttpMethod.Delete, $"mode/{Uri.EscapeDataString(subject)}", null, ct)
        : NeededAsync(HttpMethod.Put, $"mode/{Uri.EscapeDataString(subject)}?force=true", Body("mode", mode), ct);

    public void Dispose() => _http.Dispose();

    private static RegisteredSchema Registered(JsonElement found, Schema schema) =>
        new(found.GetProperty("id").GetInt32(), found.GetProperty("version").GetInt32(), schema);

    private static AuthenticationHeaderValue? Login(RegistryOptions options, Uri url) =>
        !options.Token.IsEmpty ? new AuthenticationHeaderValue("Bearer", options.Token.Reveal())
        : (options.UserInfo.IsEmpty ? Uri.UnescapeDataString(url.UserInfo) : options.UserInfo.Reveal()) is { Length: > 0 } info
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(info))) : null;

    private static string Path(string subject) => $"subjects/{Uri.EscapeDataString(subject)}";

    private static string Deleted(bool deleted) => deleted ? "?deleted=true" : "";

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Body(string name, string value) => Encoding.UTF8.GetBytes($"{{\"{name}\":\"{JsonEncodedText.Encode(value)}\"}}");

    /// <summary>Reads an answer: one that is JSON, and not what is expected, is not that of a registry.</summary>
    private T Answered<T>(JsonElement answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer);
        }
        catch (Exception odd) when (odd is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new RegistryException(RegistryFailure.Unreachable, $"{Called} answered what is not of its API", odd);
        }
    }

    private async Task<JsonElement> NeededAsync(HttpMethod method, string path, byte[]? body, CancellationToken ct) =>
        await CallAsync(method, path, body, ct) ?? throw new RegistryException(RegistryFailure.Refused,
            $"{Called}: {method} {path}: not found; is this the address of its API?");

    /// <summary>Asks each address once, from the one that answered last on; null for what is not there.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">What.</param>
    /// <param name="body">With what.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="absent">Only this error code is believed to mean that; null for any 404.</param>
    private async Task<JsonElement?> CallAsync(HttpMethod method, string path, byte[]? body, CancellationToken ct, int? absent = null)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await CallOnceAsync(method, path, body, absent, ct);
            }
            catch (RegistryException failed) when (failed.Failure == RegistryFailure.Unreachable && tries < _urls.Length)
            {
                _at = (_at + 1) % _urls.Length;
            }
        }
    }

    private async Task<JsonElement?> CallOnceAsync(HttpMethod method, string path, byte[]? body, int? absent, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(AnswersWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var request = new HttpRequestMessage(method, new Uri(_urls[_at], path));
        request.Headers.Authorization = _logins[_at];
        request.Headers.Add("Confluent-Accept-Unknown-Properties", "true");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(either.Token);
            return Read(response, answer, $"{method} {path}", absent);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new RegistryException(RegistryFailure.Unreachable, $"{Called} gave no answer within {AnswersWithin.TotalSeconds:F0} s");
        }
        catch (HttpRequestException failed) when (failed.InnerException is AuthenticationException tls)
        {
            throw new RegistryException(RegistryFailure.LoginFailed,
                $"{Called} is not trusted: {tls.Message} (schema.registry.ssl.truststore.location)", failed);
        }
        catch (HttpRequestException failed)
        {
            throw new RegistryException(RegistryFailure.Unreachable,
                $"{Called} cannot be asked: {(failed.InnerException ?? failed).Message}", failed);
        }
    }

    private JsonElement? Read(HttpResponseMessage response, byte[] answer, string asked, int? absent)
    {
        var (status, error, said) = (response.StatusCode, default(int?), "the answer is no JSON");
        try
        {
            using var json = JsonDocument.Parse(answer.Length == 0 ? "{}"u8.ToArray() : answer);
            if (response.IsSuccessStatusCode)
            {
                return json.RootElement.Clone();
            }

            var isObject = json.RootElement.ValueKind == JsonValueKind.Object;
            (error, said) = isObject ? (Code(json.RootElement), Text(json.RootElement, "message")) : (null, null);
        }
        catch (JsonException)
        {
            // What is no JSON is told by its status.
        }

        return !IsAbsent(status) ? throw Failed(response, asked, said)
            : absent is null || absent == error ? null
            : throw new RegistryException(RegistryFailure.Unreachable,
                $"{Called}: {asked} was answered {(int)status}, and not in the words of a registry: is something else in front of it?");
    }

    /// <summary>Not there, or the registry has no such thing.</summary>
    private static bool IsAbsent(HttpStatusCode status) => status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed;

    private static int? Code(JsonElement answer) =>
        answer.TryGetProperty("error_code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number)
            ? number
            : null;

    private RegistryException Failed(HttpResponseMessage response, string asked, string? said) => new(
        response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => RegistryFailure.LoginFailed,
            HttpStatusCode.Forbidden => RegistryFailure.NotAuthorized,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout => RegistryFailure.Unreachable,
            _ => RegistryFailure.Refused,
        },
        $"{Called}: {asked} was answered {(int)response.StatusCode}{(said is null ? "" : $" ({said.ReplaceLineEndings(" ")})")}")
    {
        RetryAfter = RetryAfter(response),
    };

    /// <summary>For how long it asks to be left alone, as far as that is taken.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _time.GetUtcNow() : null;
        return asked is { } time && time > TimeSpan.Zero ? time < LongestRetryAfter ? time : LongestRetryAfter : null;
    }
}
