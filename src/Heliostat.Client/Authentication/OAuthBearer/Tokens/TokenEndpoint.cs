using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using Heliostat.Transport;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>
/// Asks a token endpoint, again and again for as long as <c>sasl.login.retry.backoff.max.ms</c> where that may help
/// (<c>HttpJwtRetriever</c>). What it answers is never shown, but for <c>error</c> and <c>error_description</c> of a refusal.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It holds nothing but the handler, which whoever made that disposes of.")]
internal sealed class TokenEndpoint(EndpointOptions options, HttpMessageHandler handler, TimeProvider time, Random random)
{
    private const int MostAnswerBytes = 1024 * 1024;

    private readonly HttpClient _http = new(handler, disposeHandler: false)
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MostAnswerBytes
    };
    private readonly BackOff _backOff = new(options.RetryBackOff, options.RetryBackOffMax, random: random);

    public string Shown => options.Shown;

    /// <summary>The token of the answer, not yet looked at.</summary>
    public async ValueTask<string> AskAsync(IReadOnlyList<KeyValuePair<string, string>> form, string? basic, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await AskOnceAsync(form, basic, ct);
            }
            catch (SaslException failed) when (failed.IsTransient)
            {
                var wait = _backOff.Next(failures);
                if (time.GetElapsedTime(began) + wait > options.RetryBackOffMax)
                {
                    throw;
                }

                await Task.Delay(wait, time, ct);
            }
        }
    }

    private async ValueTask<string> AskOnceAsync(IReadOnlyList<KeyValuePair<string, string>> form, string? basic, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = basic is null ? null : new AuthenticationHeaderValue("Basic", basic);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created
                ? TokenOf(body)
                : throw Refused(response.StatusCode, body);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new SaslException(SaslFailure.Unavailable,
                $"the token endpoint {Shown} gave no answer within {options.ReadTimeout.TotalSeconds:F0} s");
        }
        catch (HttpRequestException failed) when (failed.InnerException is AuthenticationException tls)
        {
            throw new SaslException(
                SaslFailure.Refused,
                $"the token endpoint {Shown} is not trusted: {tls.Message}; ssl.truststore.location within sasl.jaas.config names whom to "
                    + "trust there, the client's own ssl.* do not count",
                failed);
        }
        catch (HttpRequestException failed)
        {
            throw new SaslException(SaslFailure.Unavailable, $"the token endpoint {Shown} cannot be asked: {Cause(failed)}", failed);
        }
    }

    private string TokenOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Text(json.RootElement, "access_token") ?? Text(json.RootElement, "id_token") ?? throw NoToken();
        }
        catch (JsonException)
        {
            throw NoToken();
        }
    }

    private SaslException NoToken() =>
        new(SaslFailure.Refused, $"the token endpoint {Shown} answered without an access_token in JSON: is this the token URL?");

    private SaslException Refused(HttpStatusCode status, byte[] body)
    {
        string? error = null, description = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            (error, description) = (Text(json.RootElement, "error"), Text(json.RootElement, "error_description"));
        }
        catch (JsonException)
        {
            // Not every answer is the endpoint's own; a proxy's page says nothing to people.
        }

        var said = error is null ? "" : $" {Refusal.Printable(error)}{(description is null ? "" : $" ({Refusal.Printable(description)})")}";
        var isFinal = IsFinal((int)status);
        return new SaslException(
            isFinal ? SaslFailure.Refused : SaslFailure.Unavailable,
            $"the token endpoint {Shown} answered {(int)status}{said}{(isFinal ? "; check client id, secret, scope and URL" : "")}");
    }

    /// <summary>
    /// The answers that another attempt does not change (<c>HttpJwtRetriever.UNRETRYABLE_HTTP_CODES</c>), and redirects, which are not
    /// followed.
    /// </summary>
    private static bool IsFinal(int status) =>
        status is (>= 300 and < 400) or (>= 400 and <= 407) or (>= 409 and <= 411) or (>= 413 and <= 415) or 501 or 505;

    private static string Cause(HttpRequestException failed) => failed.InnerException is { } inner ? inner.Message : failed.Message;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
