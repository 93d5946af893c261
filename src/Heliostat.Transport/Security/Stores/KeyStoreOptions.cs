namespace Heliostat.Transport.Security.Stores;

/// <summary>Where the client's key and certificates come from: <c>ssl.keystore.*</c>, <c>ssl.key.password</c>.</summary>
public sealed record KeyStoreOptions
{
    /// <summary><c>ssl.keystore.location</c>.</summary>
    public string? Location { get; init; }

    /// <summary><c>ssl.keystore.password</c>; empty when there is none.</summary>
    public Secret Password { get; init; }

    /// <summary><c>ssl.key.password</c>: of the key within the store, or of the encrypted PEM key; empty when there is none.</summary>
    public Secret KeyPassword { get; init; }

    /// <summary><c>ssl.keystore.type</c>. Only PEM is meant literally: what a binary file is, its first bytes say, as in Java.</summary>
    public string Type { get; init; } = "JKS";

    /// <summary><c>ssl.keystore.key</c>: PEM text.</summary>
    public Secret Key { get; init; }

    /// <summary><c>ssl.keystore.certificate.chain</c>: PEM text.</summary>
    public Secret CertificateChain { get; init; }

    /// <summary>False when nothing is named: then no client certificate is offered.</summary>
    public bool IsNamed => !string.IsNullOrEmpty(Location) || !Key.IsEmpty || !CertificateChain.IsEmpty;
}
