using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Authentication.OAuthBearer.Tokens;

/// <summary>Reads the token for each login: whoever writes the file renews it.</summary>
internal sealed class FileTokenSource(FileTokenOptions options, TimeProvider time) : ICredentialSource<BearerToken>
{
    private readonly Jwt _jwt = new(options.SubClaimName, options.ScopeClaimName);

    public string Identity => $"the token in {options.Path}";

    public ValueTask<BearerToken> GetAsync(CancellationToken ct) => ValueTask.FromResult(Read());

    /// <summary>What the file holds now; throws <see cref="SaslException"/>.</summary>
    public BearerToken Read() =>
        _jwt.Read(TextFile.Read(options.Path, "sasl.oauthbearer.token.endpoint.url").Trim(), options.Path, time.GetUtcNow());
}
