using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Network;

/// <summary>
/// Bytes to and from one peer: a socket, a place in memory, or a layer such as TLS over either. One receive and one send at a time.
/// Disposing ends both with an exception; there are no tokens, because a registration per call costs more than the call. What breaks it is
/// a <see cref="System.Net.Sockets.SocketException"/> or an <see cref="IOException"/>.
/// </summary>
public interface IDuplex : IDisposable
{
    /// <summary>
    /// Bytes received, at least one; 0 when the peer sends no more. <paramref name="into"/> is what the peer still owes: of much, little
    /// may be left waiting.
    /// </summary>
    ValueTask<int> ReceiveAsync(Memory<byte> into);

    /// <summary>
    /// As above, where <paramref name="into"/> is room, and the peer owes at least <paramref name="owed"/> bytes; of nothing owed, what is
    /// there is given at once.
    /// </summary>
    ValueTask<int> ReceiveSomeAsync(Memory<byte> into, int owed) => ReceiveAsync(into);

    /// <summary>
    /// What probably lies behind an end, or a failure, that comes before the peer's first answer, in words; null when it may be anything.
    /// </summary>
    string? Suspect(Exception? failure) => null;

    /// <summary>Sends all parts of a message.</summary>
    ValueTask SendAsync(WireBuffer message);
}
