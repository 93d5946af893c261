namespace Heliostat.Transport.Security.Stores;

/// <summary>
/// One entry of PEM text: what stands behind BEGIN, and its bytes. <paramref name="IsEncryptedPkcs1"/>: OpenSSL's own old encryption,
/// announced by headers.
/// </summary>
internal sealed record PemEntry(string Label, byte[] Bytes, bool IsEncryptedPkcs1)
{
    public bool IsCertificate => Label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE";

    public bool IsPrivateKey => Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);

    public override string ToString() => Label;
}
