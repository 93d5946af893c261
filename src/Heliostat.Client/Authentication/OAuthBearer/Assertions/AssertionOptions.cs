using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.OAuthBearer.Assertions;

/// <summary>What shows the endpoint who asks: a ready file, or one signed here (<c>sasl.oauthbearer.assertion.*</c>).</summary>
public sealed record AssertionOptions
{
    /// <summary><c>assertion.file</c>: a ready assertion; beats everything else here.</summary>
    public string? File { get; init; }

    /// <summary><c>assertion.private.key.file</c>: PKCS#8 PEM, perhaps encrypted.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary><c>assertion.private.key.passphrase</c>.</summary>
    public Secret PrivateKeyPassphrase { get; init; }

    /// <summary><c>assertion.algorithm</c>.</summary>
    public AssertionAlgorithm Algorithm { get; init; } = AssertionAlgorithm.RS256;

    /// <summary><c>assertion.claim.aud</c>.</summary>
    public string? Audience { get; init; }

    /// <summary><c>assertion.claim.iss</c>.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>assertion.claim.sub</c>.</summary>
    public string? Subject { get; init; }

    /// <summary><c>assertion.claim.exp.seconds</c>: how long after it is made.</summary>
    public TimeSpan ExpiresAfter { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary><c>assertion.claim.nbf.seconds</c>: how long before it is made its life begins.</summary>
    public TimeSpan NotBefore { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>assertion.claim.jti.include</c>.</summary>
    public bool IncludeId { get; init; }

    /// <summary><c>assertion.template.file</c>: JSON with <c>header</c> and <c>payload</c> to begin with.</summary>
    public string? TemplateFile { get; init; }
}
