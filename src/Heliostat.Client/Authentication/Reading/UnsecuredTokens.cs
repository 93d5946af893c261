using System.Globalization;
using System.Text.Json.Nodes;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>The <c>unsecuredLogin…</c> options (<c>OAuthBearerUnsecuredLoginCallbackHandler</c>).</summary>
internal static class UnsecuredTokens
{
    private const string Prefix = "unsecuredLogin";

    public static TokenOptions Read(LoginReading reading)
    {
        var claims = new JsonObject();
        foreach (var (name, value) in reading.Module.Options)
        {
            Add(reading, claims, name, value);
        }

        var standard = new UnsecuredTokenOptions { ClaimsJson = "" };
        var subject = reading.Option(Prefix + "PrincipalClaimName") ?? standard.SubClaimName;
        if (claims[subject] is not JsonValue)
        {
            reading.Problem(
                LoginReading.JaasKey,
                $"the unsecured token has no subject: set {Prefix}StringClaim_{subject} (or sasl.login.callback.handler.class, when tokens "
                    + "come from an endpoint)");
        }

        return standard with
        {
            ClaimsJson = claims.ToJsonString(),
            SubClaimName = subject,
            ScopeClaimName = reading.Option(Prefix + "ScopeClaimName") ?? standard.ScopeClaimName,
            Lifetime = Number(reading, Prefix + "LifetimeSeconds") is { } seconds
                ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, int.MaxValue))
                : standard.Lifetime,
        };
    }

    private static void Add(LoginReading reading, JsonObject claims, string option, string value)
    {
        if (Claim(option, "StringClaim_") is { } text)
        {
            claims[text] = value;
        }
        else if (Claim(option, "NumberClaim_") is { } number)
        {
            claims[number] = Number(reading, option);
        }
        else if (Claim(option, "ListClaim_") is { } list)
        {
            // The first character says what stands between the others.
            claims[list] = value.Length == 0 ? [] : new JsonArray([.. value[1..].Split(value[0]).Select(entry => (JsonNode)entry)]);
        }
    }

    private static string? Claim(string option, string kind) =>
        option.StartsWith(Prefix + kind, StringComparison.Ordinal) ? option[(Prefix.Length + kind.Length)..] : null;

    private static double? Number(LoginReading reading, string option)
    {
        if (reading.Option(option) is not { } text)
        {
            return null;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            reading.Problem(LoginReading.JaasKey, $"{option} is no number");
            return null;
        }

        return number;
    }
}
