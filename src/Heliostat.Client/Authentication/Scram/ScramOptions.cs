using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.Scram;

/// <summary>Options of <c>ScramLoginModule</c>.</summary>
public sealed record ScramOptions : SaslOptions
{
    /// <inheritdoc/>
    public override string Mechanism => Hash == ScramHash.Sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512";

    public required ScramHash Hash { get; init; }

    /// <summary>The user, or the id of a delegation token.</summary>
    public required string Username { get; init; }

    /// <summary>The password, or the HMAC of a delegation token as it was printed.</summary>
    public required Secret Password { get; init; }

    /// <summary><c>tokenauth</c>: the two are a delegation token's (KIP-48).</summary>
    public bool TokenAuth { get; init; }
}
