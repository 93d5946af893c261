using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Heliostat.Broker.Authentication;

/// <summary>
/// OAUTHBEARER with unsecured tokens (RFC 7628, OAuthBearerUnsecuredValidatorCallbackHandler): anybody may make one; it must be of the
/// present. As on Amazon MSK, a URL that is signed may take a token's place.
/// </summary>
internal sealed class BearerExchange(IamSignature signature, TimeProvider time) : IServerExchange
{
    private const char Separator = '\x01';

    private static readonly byte[] Invalid = """{"status":"invalid_token"}"""u8.ToArray();

    private bool _isRefused;

    public ServerStep Step(ReadOnlySpan<byte> token)
    {
        // The client hears why as a challenge, says so with one byte, and is refused then.
        if (_isRefused) return ServerStep.Refuse(Encoding.UTF8.GetString(Invalid));

        var text = Encoding.UTF8.GetString(token);
        var fields = text.Split(Separator);
        if (fields.Length < 4 || !fields[0].StartsWith("n,", StringComparison.Ordinal)
            || !text.EndsWith("\x01\x01", StringComparison.Ordinal))
            return ServerStep.Refuse("Invalid OAUTHBEARER client first message");

        var bearer = fields.FirstOrDefault(field => field.StartsWith("auth=Bearer ", StringComparison.OrdinalIgnoreCase));
        if (bearer is not null && Read(bearer["auth=Bearer ".Length..]) is var (user, until)) return ServerStep.Done(user, until: until);

        _isRefused = true;
        return ServerStep.Challenge(Invalid);
    }

    /// <summary>Who the token is for and when it ends; null when it is none, signed, or not of the present.</summary>
    private (string User, DateTimeOffset Until)? Read(string token)
    {
        var parts = token.Split('.');
        try
        {
            if (parts.Length == 1) return Signed(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)));
            if (parts.Length != 3 || parts[2].Length != 0) return null;

            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var now = time.GetUtcNow();
            if (header.RootElement.GetProperty("alg").GetString() != "none"
                || claims.RootElement.GetProperty("sub").GetString() is not { Length: > 0 } user
                || Moment(claims.RootElement.GetProperty("exp")) is not { } until || until <= now
                || Moment(claims.RootElement.GetProperty("iat")) is not { } issued || issued > now.AddSeconds(30))
                return null;

            return (user, until);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or KeyNotFoundException
            or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A URL of the region's service, with the client's name behind what is signed.</summary>
    private (string User, DateTimeOffset Until)? Signed(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme != Uri.UriSchemeHttps) return null;

        var query = new Dictionary<string, string>();
        foreach (var field in parsed.Query.TrimStart('?').Split('&'))
        {
            if (field.Split('=') is not [var name, var value] || !query.TryAdd(Uri.UnescapeDataString(name), Uri.UnescapeDataString(value)))
                return null;
        }

        query.Remove("User-Agent");
        return signature.Check(parsed.Host, query);
    }

    private static DateTimeOffset? Moment(JsonElement seconds) =>
        seconds.ValueKind == JsonValueKind.Number && seconds.TryGetDouble(out var value) && value is > 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(value)
            : null;
}
