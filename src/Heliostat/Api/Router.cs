using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Heliostat.Api;

/// <summary>
/// Finds who answers. Paths are split before they are decoded, so that a name may hold any character, a slash too; and what is not done is
/// answered in the form of who was asked: problem details below <c>/api</c>, Kafka Connect's errors elsewhere.
/// </summary>
internal sealed class Router(IReadOnlyList<Route> routes, Access access)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var segments = Segments(http);
        var isOwn = segments is ["api", ..];
        try
        {
            await FindAsync(http, segments);
        }
        catch (Refusal refusal) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, isOwn, refusal.Status, refusal.Message, refusal.Hint);
        }
        catch (BadHttpRequestException failure) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, isOwn, failure.StatusCode, failure.Message, null);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
    }

    /// <summary>Lets somebody else answer who may look.</summary>
    public async Task GuardAsync(HttpContext http, RequestDelegate answer)
    {
        try
        {
            access.Admit(http, Role.View);
        }
        catch (Refusal refusal)
        {
            await AnswerAsync(http, isOwn: false, refusal.Status, refusal.Message, refusal.Hint);
            return;
        }

        await answer(http);
    }

    private async Task FindAsync(HttpContext http, string[] segments)
    {
        List<string> others = [];
        foreach (var route in routes)
        {
            if (route.Match(segments) is not { } names)
            {
                continue;
            }

            if (route.Method == http.Request.Method || (route.Method == HttpMethods.Get && HttpMethods.IsHead(http.Request.Method)))
            {
                var caller = access.Admit(http, route.Needs);
                if (route.Changes && http.Request.Query.Keys.FirstOrDefault(name => !route.Asks(name)) is { } unknown)
                {
                    throw route.Unknown(unknown, route.Query, "behind the question mark");
                }

                await route.Answer(new Call(http, names, caller) { Route = route });
                return;
            }

            others.Add(route.Method);
        }

        if (others.Count == 0)
        {
            throw new Refusal(StatusCodes.Status404NotFound, "HTTP 404 Not Found");
        }

        http.Response.Headers.Allow = string.Join(", ", [.. others.Distinct(), "OPTIONS"]);
        if (!HttpMethods.IsOptions(http.Request.Method))
        {
            throw new Refusal(StatusCodes.Status405MethodNotAllowed, "HTTP 405 Method Not Allowed");
        }
    }

    /// <summary>The decoded segments of the path; one slash at its end does not count.</summary>
    private static string[] Segments(HttpContext http)
    {
        var raw = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "/";
        var path = raw.Split('?')[0];
        path = path.StartsWith('/') ? path[1..] : "";
        return [.. (path.Length > 1 && path.EndsWith('/') ? path[..^1] : path).Split('/').Select(Uri.UnescapeDataString)];
    }

    private static Task AnswerAsync(HttpContext http, bool isOwn, int status, string message, string? hint)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return isOwn
            ? http.Response.WriteAsJsonAsync(new Problem("about:blank", message, status, hint), ApiJson.Plain.Problem,
                "application/problem+json", http.RequestAborted)
            : http.Response.WriteAsJsonAsync(new ConnectError(status, hint is null ? message : $"{message}: {hint}"),
                ApiJson.Plain.ConnectError, "application/json", http.RequestAborted);
    }
}

/// <summary>Of RFC 9457; what would be right is its <c>hint</c>.</summary>
internal sealed record Problem(string Type, string Title, int Status, string? Hint);

/// <summary>An error as Kafka Connect tells it.</summary>
internal sealed record ConnectError(int ErrorCode, string Message);
