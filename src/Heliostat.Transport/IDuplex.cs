using Heliostat.Protocol.Wire;

namespace Heliostat.Transport;

/// <summary>
/// Bytes to and from one peer: a socket, and the place where TLS and SASL layers go. One receive and one send at a time. Disposing ends
/// both with an exception; there are no tokens, because a registration per call costs more than the call.
/// </summary>
internal interface IDuplex : IDisposable
{
    /// <summary>
    /// Bytes received, at least one; 0 when the peer sends no more. <paramref name="into"/> is what the peer still owes: of much, little may be left waiting.
    /// </summary>
    ValueTask<int> ReceiveAsync(Memory<byte> into);

    /// <summary>Sends all parts of a message.</summary>
    ValueTask SendAsync(WireBuffer message);
}
