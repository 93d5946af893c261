using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.Plain;

/// <summary>Options of <c>PlainLoginModule</c>.</summary>
public sealed record PlainOptions : SaslOptions
{
    /// <inheritdoc/>
    public override string Mechanism => "PLAIN";

    public required string Username { get; init; }

    public required Secret Password { get; init; }
}
