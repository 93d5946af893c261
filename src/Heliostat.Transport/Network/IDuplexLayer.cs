using System.Net;

namespace Heliostat.Transport.Network;

/// <summary>
/// What is laid over a peer's bytes before frames go through them: TLS, on the side that dials or on the side that accepts.
/// </summary>
public interface IDuplexLayer
{
    /// <summary>
    /// Agrees with the peer and gives the bytes above. The layer owns <paramref name="below"/> from the call on: a failure, or the token,
    /// disposes it.
    /// </summary>
    /// <param name="below">The bytes of the peer.</param>
    /// <param name="dialled">The name that was dialled; null on the side that accepts.</param>
    /// <param name="ct">Ends the wait for the peer.</param>
    ValueTask<IDuplex> LayOverAsync(IDuplex below, DnsEndPoint? dialled, CancellationToken ct);
}
