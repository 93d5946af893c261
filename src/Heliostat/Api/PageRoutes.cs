using Heliostat.Pages;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>Pages for browsers, and what they need besides.</summary>
internal sealed class PageRoutes(Views views, LivePages live, IMirror mirror, Desk desk, CancellationToken stop)
{
    private const string Css = "text/css; charset=utf-8";
    private const string Js = "text/javascript; charset=utf-8";

    /// <summary>Paths of pages; not part of the API.</summary>
    private static readonly string[] Paths = ["/events", "/flows/{flow}", "/flows/{flow}/topics/{topic}"];

    public IEnumerable<Route> All()
    {
        foreach (var path in Paths)
        {
            yield return new Route("GET", path, Role.View, "", call => PageAsync(call, call.Http.Request.Path.ToUriComponent()));
        }

        foreach (var (path, asset, type) in ((string, byte[], string)[])[("/page.css", Assets.Style, Css), ("/page.js", Assets.Script, Js),
            ("/charts.css", Assets.ChartsStyle, Css), ("/charts.js", Assets.Charts, Js)])
        {
            yield return new Route("GET", path, Role.None, "", call => AssetAsync(call, asset, type));
        }

        yield return new Route("GET", "/live", Role.View, "", LiveAsync);
        yield return new Route("GET", "/do/{verb}", Role.View, "", AskAsync);
        yield return new Route("POST", "/do/{verb}", Role.Operate, "", DoAsync);
    }

    /// <summary>A page of this path.</summary>
    public Task PageAsync(Call call, string path) => views.Of(path) is { } page
        ? ShowAsync(call, Frame.Of(page.Title, page.Main, $"/live?page={Uri.EscapeDataString(path)}"))
        : throw new Refusal(StatusCodes.Status404NotFound, "HTTP 404 Not Found");

    private static Task ShowAsync(Call call, string page)
    {
        var headers = call.Http.Response.Headers;
        headers.ContentSecurityPolicy = Frame.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        return call.TextAsync(page, "text/html; charset=utf-8");
    }

    private static async Task AssetAsync(Call call, byte[] asset, string contentType)
    {
        call.Http.Response.ContentType = contentType;
        call.Http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        call.Http.Response.Headers.XContentTypeOptions = "nosniff";
        await call.Http.Response.Body.WriteAsync(asset, call.Gone);
    }

    private Task LiveAsync(Call call)
    {
        var path = call.Query("page") ?? "/";
        return path.StartsWith('/') && views.Of(path) is not null
            ? live.StreamAsync(call.Http, path, stop)
            : throw new Refusal(StatusCodes.Status404NotFound, "HTTP 404 Not Found");
    }

    private Task AskAsync(Call call)
    {
        var place = At(call.Query("what"));
        return ActionPage.Of(call["verb"], $"{place}", Places.LanesOf(mirror.Look(true), place).Count) is { } page
            ? ShowAsync(call, Frame.Of($"{call["verb"]} {place}", page, live: null))
            : throw new Refusal(StatusCodes.Status404NotFound, "HTTP 404 Not Found");
    }

    /// <summary>A form of our own page; <see cref="Access"/> has seen that it comes from none other.</summary>
    private async Task DoAsync(Call call)
    {
        if (!call.Http.Request.HasFormContentType)
        {
            throw new Refusal(StatusCodes.Status415UnsupportedMediaType, "HTTP 415 Unsupported Media Type", "programs ask below /api/v1");
        }

        var form = await call.Http.Request.ReadFormAsync(call.Gone);
        var place = At(form["what"]);
        var wish = new Wish(form["reason"].ToString() is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, 500)] : null,
            Wishes.Lasting(form["for"].ToString() is { Length: > 0 } time ? time : null));
        _ = call["verb"] switch
        {
            "pause" => await desk.PauseAsync(place, wish, call.Caller, call.Gone),
            "resume" => desk.Resume(place, wish, call.Caller),
            "restart" => desk.Restart(place, wish, call.Caller),
            _ => throw new Refusal(StatusCodes.Status404NotFound, "HTTP 404 Not Found"),
        };
        call.Http.Response.Headers.Location = place.Topic is null ? Words.FlowPath(place.Flow) : Words.TopicPath(place.Flow, place.Topic);
        call.Empty(StatusCodes.Status303SeeOther);
    }

    private static Place At(string? what)
    {
        try
        {
            return Place.Parse(what ?? "");
        }
        catch (FormatException failure)
        {
            throw new Refusal(StatusCodes.Status400BadRequest, failure.Message);
        }
    }
}
