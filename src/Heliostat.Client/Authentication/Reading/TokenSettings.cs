using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>
/// The <c>sasl.oauthbearer.*</c> settings of one role, as they are written, and <c>sasl.login.connect</c>, <c>.read</c> and
/// <c>.retry.*</c>.
/// </summary>
public sealed record TokenSettings
{
    /// <summary><c>sasl.oauthbearer.token.endpoint.url</c>.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary><c>sasl.oauthbearer.jwt.retriever.class</c>.</summary>
    public string? RetrieverClass { get; init; }

    /// <summary><c>sasl.oauthbearer.jwt.validator.class</c>.</summary>
    public string? ValidatorClass { get; init; }

    /// <summary><c>sasl.oauthbearer.client.credentials.client.id</c>.</summary>
    public string? ClientId { get; init; }

    /// <summary><c>sasl.oauthbearer.client.credentials.client.secret</c>.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary><c>sasl.oauthbearer.scope</c>.</summary>
    public string? Scope { get; init; }

    /// <summary><c>sasl.oauthbearer.header.urlencode</c>.</summary>
    public bool HeaderUrlEncode { get; init; }

    /// <summary><c>sasl.oauthbearer.assertion.*</c>.</summary>
    public AssertionOptions Assertion { get; init; } = new();

    /// <summary><c>sasl.oauthbearer.sub.claim.name</c>.</summary>
    public string SubClaimName { get; init; } = "sub";

    /// <summary><c>sasl.oauthbearer.scope.claim.name</c>.</summary>
    public string ScopeClaimName { get; init; } = "scope";

    /// <summary><c>sasl.login.connect.timeout.ms</c>; null: 10 s.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary><c>sasl.login.read.timeout.ms</c>; null: 30 s.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary><c>sasl.login.retry.backoff.ms</c>.</summary>
    public TimeSpan RetryBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>sasl.login.retry.backoff.max.ms</c>.</summary>
    public TimeSpan RetryBackOffMax { get; init; } = TimeSpan.FromSeconds(10);
}
