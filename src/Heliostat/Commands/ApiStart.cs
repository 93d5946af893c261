using System.Net;
using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Connect;
using Heliostat.Mirroring.Flows;
using Heliostat.Output.Logs;
using Heliostat.Status;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>
/// Starts the API of a running mirror where it was asked for, and says where it is. What nobody asked for by name is never a reason not to
/// run.
/// </summary>
internal static class ApiStart
{
    /// <summary>Kafka Connect's port.</summary>
    public const int FirstPort = 8083;

    /// <summary>So many ports are tried where nobody named one.</summary>
    public const int Ports = 20;

    /// <summary>Null where it is not served.</summary>
    /// <exception cref="ConfigurationException">It cannot be served as somebody asked for.</exception>
    public static async Task<ApiServer?> ServeAsync(RunOptions run, ServedRun? served, MirrorEngine engine, SharedLook look,
        TerminalLogger log, TimeProvider time)
    {
        var wanted = served?.Api ?? new ServedApi();
        var listeners = run.Api ?? wanted.Listeners ?? (served is null ? [] : null);
        if (listeners is [])
        {
            return null;
        }

        var options = new ApiOptions
        {
            Listeners = listeners ?? [],
            Key = run.Api is null ? "heliostat.api.listeners" : "--api",
            Tokens = wanted.TokensFile is { } path ? Tokens(path, time) : null,
            Reload = served?.Reload is { } reload ? (dryRun, ct) => ReloadAsync(reload, look, dryRun, ct) : null,
            Hosts = wanted.Hosts,
            IsOpen = wanted.IsOpen,
            Certificate = wanted.CertificateFile is { } pem ? Certificate(pem, wanted.KeyFile, time) : null,
        };
        var mirror = new EngineMirror(engine, look, served?.Options ?? (static _ => null), time);
        Func<Desk, IGuest>? guest = served is null ? null : desk => new ConnectRoutes(served.Connectors(mirror, desk));
        var server = listeners is null
            ? await AnywhereAsync(options, mirror, log, time, guest)
            : await ThereAsync(options, wanted.IsInsecure, mirror, log, time, guest);
        if (options.Certificate is not null && run.Api is null && wanted.SaysHttp)
        {
            log.Say(LogLevel.Warning,
                "the API is served over TLS, as heliostat.api.certificate.file is set, also where its address is written with http://: "
                    + "clients call https://");
        }

        foreach (var address in server?.Addresses ?? [])
        {
            log.Say(LogLevel.Information, $"page and API at {address}");
        }

        if (server?.Addresses is [var first, ..] && served?.Listens is { } listens && new Uri(first) is var at)
        {
            listens(new IPEndPoint(IPAddress.Parse(at.Host), at.Port));
        }

        return server;
    }

    /// <summary>The page of a demo; null where nobody wants it, or no port is free.</summary>
    /// <exception cref="ConfigurationException">It cannot be served as somebody asked for.</exception>
    public static async Task<ApiServer?> ServeDemoAsync(IReadOnlyList<IPEndPoint>? listeners, MirrorEngine engine, TerminalLogger log,
        TimeProvider time)
    {
        var options = new ApiOptions { Listeners = listeners ?? [], Key = "--api" };
        var mirror = new EngineMirror(engine, new SharedLook(withLanes => engine.Snapshot(withLanes), time), static _ => null, time);
        return listeners is [] ? null
            : listeners is null ? await AnywhereAsync(options, mirror, log, time, guest: null)
            : await ThereAsync(options, isInsecure: false, mirror, log, time, guest: null);
    }

    private static Task<ApiServer> ThereAsync(ApiOptions options, bool isInsecure, IMirror mirror, TerminalLogger log, TimeProvider time,
        Func<Desk, IGuest>? guest)
    {
        if (options.Listeners.FirstOrDefault(listener => !IPAddress.IsLoopback(listener.Address)) is { } open)
        {
            var at = ListenAddress.Text(open, options.Certificate is not null);
            if (options.Certificate is null && !isInsecure)
            {
                throw Wrong(
                    options.Key,
                    $"{at} can be reached from other machines, without TLS: set heliostat.api.certificate.file, or "
                        + "heliostat.api.insecure = true where the network is trusted");
            }

            if (options.Tokens is null && options.IsOpen)
            {
                log.Say(LogLevel.Warning,
                    $"the API on {at} lets anybody who reaches it change anything: heliostat.api.open");
            }
            else if (options.Tokens is null)
            {
                log.Say(LogLevel.Warning,
                    $"the API on {at} can be read by other machines; without heliostat.api.tokens.file nobody can "
                        + "change anything from there");
            }
            else if (options.Certificate is null)
            {
                log.Say(LogLevel.Warning, $"the API on {at} is without TLS: its tokens can be read on the network");
            }
        }

        return ApiServer.StartAsync(options, mirror, log, time, guest);
    }

    /// <summary>On the first port that is free, to this machine only.</summary>
    private static async Task<ApiServer?> AnywhereAsync(ApiOptions options, IMirror mirror, TerminalLogger log, TimeProvider time,
        Func<Desk, IGuest>? guest)
    {
        for (var port = FirstPort; port < FirstPort + Ports; port++)
        {
            try
            {
                return await ApiServer.StartAsync(options with { Listeners = [new IPEndPoint(IPAddress.Loopback, port)] }, mirror, log,
                    time, guest);
            }
            catch (ConfigurationException)
            {
                // Taken; the next one may not be.
            }
        }

        log.Say(LogLevel.Warning,
            $"the API is not served: the ports from {FirstPort} to {FirstPort + Ports - 1} are taken; heliostat.api.listeners names "
                + "another");
        return null;
    }

    /// <summary>What a file changed is seen by who asks next.</summary>
    private static async Task<ReloadDocument> ReloadAsync(Func<bool, CancellationToken, Task<ReloadDocument>> reload, SharedLook look,
        bool dryRun, CancellationToken ct)
    {
        var changed = await reload(dryRun, ct);
        look.Forget();
        return changed;
    }

    private static TokenFile Tokens(string path, TimeProvider time)
    {
        try
        {
            return new TokenFile(path, time);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            throw Wrong("heliostat.api.tokens.file", failure.Message);
        }
    }

    private static ServedCertificate Certificate(string certificate, string? key, TimeProvider time)
    {
        try
        {
            return new ServedCertificate(certificate, key, time);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException)
        {
            throw Wrong("heliostat.api.certificate.file", $"{certificate}{(key is null ? "" : $" and {key}")}: {failure.Message}");
        }
    }

    private static ConfigurationException Wrong(string key, string message) =>
        new([new ConfigurationProblem { Key = key, Message = message }]);
}
