using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliostat.Api;

/// <summary>
/// For supervisors: <c>/livez</c> whether the process is to be restarted, <c>/readyz</c> whether its flows ran, <c>/health</c> the same as
/// Kafka Connect says it (KIP-1017). A lane or a flow that stands still is no reason to restart anything: that is what metrics are for.
/// </summary>
internal static class HealthEndpoints
{
    private const string Healthy = """{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}""";

    private const string Starting = """{"status":"starting","message":"Worker is still starting up."}""";

    public static void Map(IEndpointRouteBuilder routes, Func<bool, EngineSnapshot> look)
    {
        routes.MapGet("/livez", context => AnswerAsync(context, true, "alive\n", "text/plain"));
        routes.MapGet("/readyz", context =>
        {
            var waiting = Waiting(look(false));
            return AnswerAsync(context, waiting.Count == 0, waiting.Count == 0 ? "ready\n" : $"starting: {string.Join(", ", waiting)}\n",
                "text/plain");
        });
        routes.MapGet("/health", context =>
        {
            var isReady = Waiting(look(false)).Count == 0;
            return AnswerAsync(context, isReady, isReady ? Healthy : Starting, "application/json");
        });
    }

    /// <summary>Flows that never ran yet, and may.</summary>
    private static List<string> Waiting(EngineSnapshot engine) =>
        [.. engine.Flows.Where(flow => !flow.HasRun && flow.Status != FlowStatus.Refused).Select(flow => flow.Flow)];

    private static Task AnswerAsync(HttpContext context, bool isWell, string text, string contentType)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
