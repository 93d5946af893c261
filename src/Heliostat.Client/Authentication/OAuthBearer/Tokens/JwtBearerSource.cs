using Heliostat.Client.Authentication.Logins;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>Exchanges an assertion for a token.</summary>
internal sealed class JwtBearerSource(JwtBearerOptions options, TokenEndpoint endpoint, TimeProvider time) : ICredentialSource<BearerToken>
{
    private readonly Jwt _jwt = new(options.SubClaimName, options.ScopeClaimName);
    private readonly AssertionMaker _assertion = new(options.Assertion, time);

    public string Identity => $"the assertion of '{_assertion.Subject}' at {endpoint.Shown}";

    public async ValueTask<BearerToken> GetAsync(CancellationToken ct)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            new("assertion", _assertion.Make().Reveal()),
        ];
        if (!string.IsNullOrWhiteSpace(options.Scope))
        {
            form.Add(new("scope", options.Scope));
        }

        return _jwt.Read(await endpoint.AskAsync(form, null, ct), endpoint.Shown, time.GetUtcNow());
    }
}
