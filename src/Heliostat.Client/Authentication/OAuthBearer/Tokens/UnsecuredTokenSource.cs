using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>Makes tokens without a signature (<c>OAuthBearerUnsecuredLoginCallbackHandler</c>).</summary>
internal sealed class UnsecuredTokenSource(UnsecuredTokenOptions options, TimeProvider time) : ICredentialSource<BearerToken>
{
    private readonly Jwt _jwt = new(options.SubClaimName, options.ScopeClaimName);

    public string Identity => "an unsecured token";

    public ValueTask<BearerToken> GetAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var claims = JsonNode.Parse(options.ClaimsJson)!.AsObject();
        SetUnlessThere("iat", now);
        SetUnlessThere("exp", now + options.Lifetime);
        var token = $"{Encode("""{"alg":"none"}""")}.{Encode(claims.ToJsonString())}.";
        return ValueTask.FromResult(_jwt.Read(token, "the unsecuredLogin options of sasl.jaas.config", now));

        void SetUnlessThere(string claim, DateTimeOffset at)
        {
            if (!claims.ContainsKey(claim))
            {
                claims[claim] = at.ToUnixTimeMilliseconds() / 1000.0;
            }
        }
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
