using System.Net;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>
/// Only who calls us by a name of ours is answered: a page of the web whose name was made to lead here (DNS rebinding) gets nothing. On
/// loopback those are this machine's names for itself; elsewhere any address, this machine's name, and those that somebody gave, *.NAME
/// being all below NAME.
/// </summary>
internal sealed class HostNames(IReadOnlyList<string> given)
{
    private static readonly string[] Local = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string Machine = Dns.GetHostName();

    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var isLocal = context.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address);
        var host = context.Request.Host.Host;
        if (host.Length == 0 || Local.Contains(host, StringComparer.OrdinalIgnoreCase) || given.Any(name => IsBy(name, host))
            || (!isLocal && IsOurs(host)))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }

    private static bool IsBy(string given, string host) =>
        given.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(given[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(given, StringComparison.OrdinalIgnoreCase);

    private static bool IsOurs(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _) || host.Equals(Machine, StringComparison.OrdinalIgnoreCase)
            || host.StartsWith(Machine + ".", StringComparison.OrdinalIgnoreCase);
}
