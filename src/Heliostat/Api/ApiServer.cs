using Heliostat.Output.Logs;
using Heliostat.Status;
using Heliostat.Transport.Waiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>
/// All that a running mirror serves besides metrics: API, pages, and the loops behind them. It ends with its owner, who awaits it.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebServer _web;
    private readonly CancellationTokenSource _stop;
    private readonly Task _loops;

    private ApiServer(WebServer web, CancellationTokenSource stop, Task loops) => (_web, _stop, _loops) = (web, stop, loops);

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<string> Addresses => _web.Addresses;

    /// <summary>Serves from now on.</summary>
    /// <param name="options">Where, and who may do what.</param>
    /// <param name="mirror">What runs.</param>
    /// <param name="log">Its log, with the last events and the levels.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="Configuration.ConfigurationException">An address cannot be listened on.</exception>
    /// <param name="guest">What is served besides, and on <c>/</c> to who asks for no page; null for nothing.</param>
    public static async Task<ApiServer> StartAsync(ApiOptions options, IMirror mirror, TerminalLogger log, TimeProvider time,
        Func<Desk, IGuest>? guest = null)
    {
        var stop = new CancellationTokenSource();
        var desk = new Desk(mirror, log, time);
        var history = new History(() => mirror.Look(false), time);
        var status = new SharedStatus(() => mirror.Look(true), time.GetUtcNow());
        var views = new Views(mirror, status.Now, history, log.Book, time);
        var live = new LivePages(views, time);
        var pages = new PageRoutes(views, live, mirror, desk, stop.Token);
        List<Route> routes = [.. Own(mirror, status.Now, history, desk, log, time, options.Reload), .. pages.All()];
        var description = OpenApi.Of(routes);
        var other = guest?.Invoke(desk);
        routes.Add(new Route("GET", "/", Role.View, "",
            call => other is null || AsksForPage(call) ? pages.PageAsync(call, "/") : other.FrontAsync(call)));
        routes.AddRange(other?.All() ?? []);
        routes.Add(new Route("GET", "/openapi.json", Role.View, "", call => call.TextAsync(description, "application/json")));
        var router = new Router(routes, new Access(options.Tokens, options.IsOpen, time));
        try
        {
            var web = await WebServer.StartAsync(new Listening(options.Listeners, options.Key, options.Certificate), app => app.Use(
                (http, next) => AnswerAsync(http, next, router)), mirror.Look, new HostNames(options.Hosts), CancellationToken.None);
            return new ApiServer(web, stop,
                Settling.AllAsync(desk.RunAsync(stop.Token), history.RunAsync(stop.Token), live.RunAsync(stop.Token)));
        }
        catch
        {
            stop.Dispose();
            throw;
        }
    }

    /// <summary>What programs may ask for; docs/rest.md is made from it.</summary>
    public static IEnumerable<Route> Own(
        IMirror mirror, Func<StatusDocument> status, History history, Desk desk, TerminalLogger log, TimeProvider time,
        Func<bool, CancellationToken, Task<ReloadDocument>>? reload = null) =>
    [
        .. StatusRoutes.All(mirror, status, history), .. ActionRoutes.All(desk), .. PositionRoutes.All(mirror, desk),
        .. WorkerRoutes.All(mirror, desk),
        .. ReloadRoutes.All(reload, desk), .. new EventRoutes(log.Book, time).All(), .. new Loggers(log.Levels, desk).All(),
    ];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelSoonAsync();
        await _web.DisposeAsync();
        await _loops.SettleAsync();
        _stop.Dispose();
    }

    private static bool AsksForPage(Call call) =>
        call.Http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    /// <summary>Metrics and health have routes of their own; where there are tokens, metrics need one here.</summary>
    private static Task AnswerAsync(HttpContext http, RequestDelegate next, Router router) =>
        http.GetEndpoint() is null ? router.AnswerAsync(http)
        : http.Request.Path.StartsWithSegments("/metrics") ? router.GuardAsync(http, next)
        : next(http);
}
