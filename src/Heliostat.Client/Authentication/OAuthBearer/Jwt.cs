using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.OAuthBearer;

/// <summary>
/// The shape of a token as Kafka's clients check it (<c>ClientJwtValidator</c>): three parts, an end and a subject. The signature is the
/// broker's affair.
/// </summary>
/// <param name="SubjectClaim"><c>sasl.oauthbearer.sub.claim.name</c>.</param>
/// <param name="ScopeClaim"><c>sasl.oauthbearer.scope.claim.name</c>.</param>
internal sealed record Jwt(string SubjectClaim, string ScopeClaim)
{
    /// <summary>
    /// Reads a token; throws <see cref="SaslException"/> that names <paramref name="origin"/> and shows nothing of the token.
    /// </summary>
    public BearerToken Read(string compact, string origin, DateTimeOffset now)
    {
        var parts = compact.Split('.');
        if (parts.Length != 3 || compact.Any(character => character is <= ' ' or > '~'))
        {
            throw Wrong(origin, $"it has {parts.Length} parts, where a JWT has three");
        }

        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return header.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.ValueKind == JsonValueKind.Object
                ? Read(compact, claims.RootElement, origin, now)
                : throw Wrong(origin, "its parts are not JSON objects");
        }
        catch (Exception damaged) when (damaged is FormatException or JsonException)
        {
            // Without the cause: its message may show some of the text.
            throw Wrong(origin, "its parts are not JSON in base64url");
        }
    }

    private BearerToken Read(string compact, JsonElement claims, string origin, DateTimeOffset now)
    {
        var expires = Time(claims, "exp", origin) ?? throw Wrong(origin, "it has no 'exp'");
        var subject = claims.TryGetProperty(SubjectClaim, out var named) && named.ValueKind == JsonValueKind.String
            && named.GetString() is { Length: > 0 } text
            ? text
            : throw Wrong(origin, $"it has no '{SubjectClaim}' (sasl.oauthbearer.sub.claim.name)");
        CheckScope(claims, origin);
        if (expires <= now)
        {
            var late = (now - expires).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            throw new SaslException(SaslFailure.Unavailable,
                $"the token from {origin} expired {late} s ago when it came: do the clocks differ, or is it an old file?");
        }

        return new BearerToken(new Secret(compact), subject, Time(claims, "iat", origin), expires)
        {
            Issuer = Text(claims, "iss"),
            Audience = Text(claims, "aud")
        };
    }

    private void CheckScope(JsonElement claims, string origin)
    {
        if (!claims.TryGetProperty(ScopeClaim, out var scope) || scope.ValueKind is JsonValueKind.String or JsonValueKind.Null)
        {
            return;
        }

        if (scope.ValueKind != JsonValueKind.Array || scope.EnumerateArray().Any(entry => entry.ValueKind != JsonValueKind.String))
        {
            throw Wrong(origin, $"its '{ScopeClaim}' is neither a text nor a list of texts (sasl.oauthbearer.scope.claim.name)");
        }
    }

    private static DateTimeOffset? Time(JsonElement claims, string name, string origin)
    {
        if (!claims.TryGetProperty(name, out var claim) || claim.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return claim.ValueKind == JsonValueKind.Number && claim.TryGetDouble(out var seconds) && seconds is > 0 and < 253_402_300_000
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : throw Wrong(origin, $"its '{name}' is no time");
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var claim)
        ? claim.ValueKind switch
        {
            JsonValueKind.String => claim.GetString(),
            JsonValueKind.Array => string.Join(",",
                claim.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.String).Select(entry => entry.GetString())),
            _ => null,
        }
        : null;

    private static SaslException Wrong(string origin, string why) =>
        new(SaslFailure.NoCredential, $"what comes from {origin} is no token that Kafka takes: {why}");
}
