namespace Heliostat.Transport.Security.Stores;

/// <summary>One entry of a JKS store: a trusted certificate, or a protected private key with its chain, leaf first.</summary>
internal sealed record JksEntry(string Alias, byte[]? ProtectedKey, IReadOnlyList<byte[]> Certificates);
