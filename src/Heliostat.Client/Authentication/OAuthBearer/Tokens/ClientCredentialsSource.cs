using System.Net;
using System.Text;
using Heliostat.Client.Authentication.Logins;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>Gets a token for a client's id and secret, or for an assertion.</summary>
internal sealed class ClientCredentialsSource(ClientCredentialsOptions options, TokenEndpoint endpoint,
    TimeProvider time) : ICredentialSource<BearerToken>
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly Jwt _jwt = new(options.SubClaimName, options.ScopeClaimName);
    private readonly AssertionMaker? _assertion = options.Assertion is { } assertion ? new AssertionMaker(assertion, time) : null;

    public string Identity => $"client '{options.ClientId ?? _assertion?.Subject}' at {endpoint.Shown}";

    public async ValueTask<BearerToken> GetAsync(CancellationToken ct)
    {
        List<KeyValuePair<string, string>> form = [];
        if (_assertion is not null)
        {
            form.Add(new("client_assertion_type", AssertionType));
            form.Add(new("client_assertion", _assertion.Make().Reveal()));
        }

        form.Add(new("grant_type", "client_credentials"));
        if (_assertion is not null && options.ClientId is { } id)
        {
            form.Add(new("client_id", id));
        }

        if (!string.IsNullOrWhiteSpace(options.Scope))
        {
            form.Add(new("scope", options.Scope));
        }

        return _jwt.Read(await endpoint.AskAsync(form, _assertion is null ? Basic() : null, ct), endpoint.Shown, time.GetUtcNow());
    }

    private string Basic()
    {
        var (id, secret) = (options.ClientId ?? "", options.ClientSecret.Reveal());
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(options.HeaderUrlEncode
            ? $"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"
            : $"{id}:{secret}"));
    }
}
