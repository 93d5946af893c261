using System.Globalization;
using Heliostat.Metrics;
using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliostat.Api;

/// <summary><c>/metrics</c>, <c>/metrics/lanes</c> and <c>/metrics/mm2</c>.</summary>
internal static class MetricsEndpoints
{
    private const int PieceBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes, Func<bool, EngineSnapshot> look)
    {
        var labels = new Labels();
        var (main, lanes) = (new MainPage(labels), new LanesPage(labels));
        routes.MapGet("/metrics", context => AnswerAsync(context, writer => main.Write(writer, look(true), ProcessUse.Now())));
        var mm2 = new Mm2Page();
        routes.MapGet("/metrics/mm2", context =>
        {
            if (Mm2Names.Find(context.Request.Query["dialect"].ToString() is { Length: > 0 } asked ? asked : "strimzi") is not { } names)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return context.Response.WriteAsync($"dialect: none of {string.Join(", ", Mm2Names.All)}\n", context.RequestAborted);
            }

            return AnswerAsync(context, writer => mm2.Write(writer, look(true), names));
        });
        routes.MapGet("/metrics/lanes", context =>
        {
            if (Choice(context.Request.Query) is not { } choice)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return context.Response.WriteAsync("top: not a number of lanes\n", context.RequestAborted);
            }

            return AnswerAsync(context, writer => lanes.Write(writer, look(true), choice));
        });
    }

    /// <summary>A page is written whole, and sent piece by piece, each when the one before has gone.</summary>
    private static async Task AnswerAsync(HttpContext context, Action<ExpositionWriter> write)
    {
        var format = ExpositionFormats.Asked(context.Request.Headers.Accept.ToString());
        using var text = new RentedText(PieceBytes);
        write(new ExpositionWriter(text, format));
        context.Response.ContentType = format.ContentType();
        context.Response.ContentLength = text.Written.Length;
        for (var sent = 0; sent < text.Written.Length; sent += PieceBytes)
        {
            var piece = text.Written.Slice(sent, Math.Min(PieceBytes, text.Written.Length - sent));
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    /// <summary>Null where <c>top</c> is no number.</summary>
    private static LaneChoice? Choice(IQueryCollection query)
    {
        int? top = null;
        if (query["top"].ToString() is { Length: > 0 } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            top = number;
        }

        return new LaneChoice(All("flow"), All("topic"), All("state"), top);

        string[] All(string name) =>
            [.. query[name].OfType<string>().SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries))];
    }
}
