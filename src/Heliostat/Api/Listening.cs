using System.Net;

namespace Heliostat.Api;

/// <summary>Where something is served.</summary>
/// <param name="Addresses">Port 0 is any that is free.</param>
/// <param name="Key">What said so, for who is told that it cannot be.</param>
/// <param name="Certificate">For TLS; null for none.</param>
internal sealed record Listening(IReadOnlyList<IPEndPoint> Addresses, string Key, ServedCertificate? Certificate = null);
