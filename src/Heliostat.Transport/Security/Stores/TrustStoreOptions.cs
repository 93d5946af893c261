namespace Heliostat.Transport.Security.Stores;

/// <summary>Where trusted certificates come from: <c>ssl.truststore.*</c>.</summary>
public sealed record TrustStoreOptions
{
    /// <summary><c>ssl.truststore.location</c>.</summary>
    public string? Location { get; init; }

    /// <summary><c>ssl.truststore.password</c>; empty when there is none.</summary>
    public Secret Password { get; init; }

    /// <summary><c>ssl.truststore.type</c>. Only PEM is meant literally: what a binary file is, its first bytes say, as in Java.</summary>
    public string Type { get; init; } = "JKS";

    /// <summary><c>ssl.truststore.certificates</c>: PEM text.</summary>
    public Secret Certificates { get; init; }

    /// <summary>False when nothing is named: then the platform's own trust counts.</summary>
    public bool IsNamed => !string.IsNullOrEmpty(Location) || !Certificates.IsEmpty;
}
