using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Options;

/// <summary>
/// How the schema registry of a cluster is reached, as Confluent's clients are told: <c>schema.registry.url</c> and what goes with it.
/// </summary>
public sealed record RegistryOptions
{
    /// <summary><c>schema.registry.url</c>: one registry, at one address or several; the first that answers is asked.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary><c>basic.auth.user.info</c>: <c>USER:PASSWORD</c>; empty for no login of that kind.</summary>
    public Secret UserInfo { get; init; }

    /// <summary><c>bearer.auth.token</c>; empty for no login of that kind.</summary>
    public Secret Token { get; init; }

    /// <summary><c>schema.registry.ssl.*</c>, for addresses that begin with https.</summary>
    public TlsOptions Tls { get; init; } = new();
}
