namespace Heliostat.Transport.Security.Stores;

/// <summary>What a store's bytes are.</summary>
internal enum StoreKind
{
    Unknown,
    Jks,
    Jceks,
    Pkcs12,
    Pem,
}
