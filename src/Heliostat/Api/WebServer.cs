using System.Net;
using System.Net.Security;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Heliostat.Api;

/// <summary>
/// Serves what a running mirror tells of itself. It is made of ASP.NET Core without its host's habits: no settings from the environment or
/// a working folder, no log of its own, and no signals, which are the mirror's.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private const int MostConnections = 100;
    private const int MostBodyBytes = 1024 * 1024;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private WebServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, with the ports that were found.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Listens from now on until it is disposed of.</summary>
    /// <param name="listeners">Where; port 0 is any that is free.</param>
    /// <param name="look">What the mirror does now, with each lane by itself or not.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="ConfigurationException">An address cannot be listened on.</exception>
    public static Task<WebServer> StartAsync(IReadOnlyList<IPEndPoint> listeners, Func<bool, EngineSnapshot> look, CancellationToken ct) =>
        StartAsync(new Listening(listeners, "heliostat.metrics.listeners"), static _ => { }, look, new HostNames([]), ct);

    /// <summary>The same with more than metrics and health.</summary>
    /// <param name="where">Where.</param>
    /// <param name="more">What answers besides.</param>
    /// <param name="look">What the mirror does now, with each lane by itself or not.</param>
    /// <param name="names">The names by which it may be called.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="ConfigurationException">An address cannot be listened on.</exception>
    public static async Task<WebServer> StartAsync(
        Listening where, Action<WebApplication> more, Func<bool, EngineSnapshot> look, HostNames names, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, where));
        var app = builder.Build();
        app.Use(names.CheckAsync);
        app.UseRouting();
        more(app);
        MetricsEndpoints.Map(app, look);
        HealthEndpoints.Map(app, look);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException failure)
        {
            await app.DisposeAsync();
            throw Refused(where, failure);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            await app.DisposeAsync();
            throw Refused(where, failure);
        }

        return new WebServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var enough = new CancellationTokenSource(StopWithin, TimeProvider.System);
        try
        {
            await _app.StopAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            // Somebody who reads slowly is cut off.
        }

        await _app.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel, Listening where)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        foreach (var listener in where.Addresses)
        {
            kestrel.Listen(listener, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (where.Certificate is { } certificate)
                {
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = _ =>
                            ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Now() }),
                    });
                }
            });
        }
    }

    private static ConfigurationException Refused(Listening where, Exception failure) => new(
    [
        new ConfigurationProblem
        {
            Key = where.Key,
            Message =
                "cannot listen on "
                    + string.Join(", ", where.Addresses.Select(at => ListenAddress.Text(at, where.Certificate is not null)))
                    + $": {(failure.InnerException ?? failure).Message}",
        },
    ]);

    /// <summary>It lives as long as its owner says; the framework's own would take the signals.</summary>
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
