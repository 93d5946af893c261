using System.Net;
using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Authentication.OAuthBearer;

/// <summary>OAUTHBEARER (RFC 7628): a token in place of a password.</summary>
internal sealed class OAuthBearerMechanism(ICredentialSource<BearerToken> tokens, SaslExtensions extensions) : ISaslMechanism, ILogin
{
    public string Name => "OAUTHBEARER";

    public string Identity => tokens.Identity;

    public async ValueTask<ISaslSession> BeginAsync(DnsEndPoint broker, CancellationToken ct) =>
        new OAuthBearerSession(await tokens.GetAsync(ct), extensions);

    public Task RunAsync(CancellationToken ct) => tokens is ILogin login ? login.RunAsync(ct) : Task.CompletedTask;
}
