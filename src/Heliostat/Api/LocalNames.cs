using System.Net;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>
/// What is served to this machine only answers to this machine's names only: a page of the web whose name was made to lead here (DNS rebinding) gets nothing.
/// </summary>
internal static class LocalNames
{
    private static readonly string[] Names = ["localhost", "127.0.0.1", "[::1]"];

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var isLocal = context.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address);
        var host = context.Request.Host.Host;
        if (!isLocal || host.Length == 0 || Names.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }
}
