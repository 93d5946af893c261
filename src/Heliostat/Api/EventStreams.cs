using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>Answers that go on: server-sent events.</summary>
internal static class EventStreams
{
    /// <summary>Says at once that there is an answer, which may be silent for a while.</summary>
    public static Task BeginAsync(HttpResponse response, CancellationToken ct)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        return response.Body.FlushAsync(ct);
    }
}
