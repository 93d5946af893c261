using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>
/// Who may do what. Where a file of tokens is named, everything but health needs one. Without it anybody on this machine may do everything,
/// and others may look, where others can reach it at all, unless somebody said that they may do everything, too.
/// </summary>
/// <param name="tokens">The tokens; null where none are asked for.</param>
/// <param name="isOpen">Without tokens anybody may do everything.</param>
/// <param name="time">The clock.</param>
internal sealed class Access(TokenFile? tokens, bool isOpen, TimeProvider time)
{
    private const int MostWrong = 5;
    private const int MostAddresses = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _wrong = [];
    private long _wrongSince;

    /// <summary>Who calls.</summary>
    /// <exception cref="Refusal">It may not: 401 without a token that is known, 403 where its role does not do, 429 after too many wrong
    /// ones.</exception>
    public Caller Admit(HttpContext http, Role needs)
    {
        var remote = http.Connection.RemoteIpAddress ?? IPAddress.None;
        if (needs == Role.None)
        {
            return new Caller("anybody", Role.None, $"{remote}");
        }

        CheckOrigin(http);
        var caller = tokens is null ? WithoutTokens(http, remote) : WithToken(http, remote, tokens);
        return caller.Role >= needs
            ? caller
            : throw new Refusal(StatusCodes.Status403Forbidden,
                $"'{caller.Name}' has the role {Word(caller.Role)}, and this needs {Word(needs)}", tokens is null
                    ? "from other machines nothing can be changed without tokens: heliostat.api.tokens.file" : null);
    }

    public static string Word(Role role) => role switch
    {
        Role.Admin => "admin",
        Role.Operate => "operate",
        _ => "view",
    };

    /// <summary>What changes something comes from no other site's page (CSRF).</summary>
    private static void CheckOrigin(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
        {
            return;
        }

        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        var origin = http.Request.Headers.Origin.ToString();
        var isOurs = origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && from.Authority.Equals(http.Request.Host.Value, StringComparison.OrdinalIgnoreCase));
        if (!isOurs || site is not ("" or "same-origin" or "none"))
        {
            throw new Refusal(StatusCodes.Status403Forbidden, "a page of another site may not do this");
        }
    }

    private Caller WithoutTokens(HttpContext http, IPAddress remote)
    {
        var isLocal = IPAddress.IsLoopback(remote) && http.Connection.LocalIpAddress is { } here && IPAddress.IsLoopback(here);
        return isLocal
            ? new Caller("local", Role.Admin, $"{remote}")
            : new Caller($"{remote}", isOpen ? Role.Admin : Role.View, $"{remote}");
    }

    private Caller WithToken(HttpContext http, IPAddress remote, TokenFile known)
    {
        if (Given(http) is { } token)
        {
            if (IsSlowedDown(remote))
            {
                http.Response.Headers.RetryAfter = "1";
                throw new Refusal(StatusCodes.Status429TooManyRequests, "too many wrong tokens from this address");
            }

            if (known.Find(SHA256.HashData(Encoding.UTF8.GetBytes(token))) is { } found)
            {
                return new Caller(found.Name, found.Role, $"{remote}");
            }

            CountWrong(remote);
        }

        // Browsers ask for name and password then: any name, and the token.
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"heliostat\", charset=\"UTF-8\"";
        throw new Refusal(StatusCodes.Status401Unauthorized, "User cannot access the resource.");
    }

    /// <summary>As bearer, or as the password of Basic, for tools of Kafka Connect that know nothing else.</summary>
    private static string? Given(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }

    private bool IsSlowedDown(IPAddress remote)
    {
        lock (_gate)
        {
            return time.GetElapsedTime(_wrongSince) < TimeSpan.FromSeconds(1) && _wrong.GetValueOrDefault(remote) >= MostWrong;
        }
    }

    private void CountWrong(IPAddress remote)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_wrongSince) >= TimeSpan.FromSeconds(1) || _wrong.Count > MostAddresses)
            {
                _wrong.Clear();
                _wrongSince = time.GetTimestamp();
            }

            _wrong[remote] = _wrong.GetValueOrDefault(remote) + 1;
        }
    }
}
