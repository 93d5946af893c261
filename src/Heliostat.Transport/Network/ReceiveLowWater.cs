using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Heliostat.Transport.Network;

/// <summary>
/// Has the system wake a receive only when a good part of what it wants is there (SO_RCVLOWAT), and not for every segment: a wake costs
/// more than copying what it brings. The end of the stream wakes at once.
/// </summary>
internal sealed class ReceiveLowWater(Socket socket)
{
    /// <summary>Less is received as it comes.</summary>
    private const int SmallestBytes = 4096;

    private const int LargestBytes = 1024 * 1024;

    // SOL_SOCKET and SO_RCVBUF of Linux. The framework's property for it allocates.
    private const int SocketLevel = 1;
    private const int ReceiveBuffer = 8;

    private int _bytes = 1;

    /// <summary>To be called before a receive that is content with no less than <paramref name="wanted"/> bytes in the end.</summary>
    public void Prepare(int wanted)
    {
        if (!OperatingSystem.IsLinux() || (wanted < SmallestBytes && _bytes == 1))
        {
            return;
        }

        var bytes = wanted < SmallestBytes ? 1 : Math.Min(wanted, Math.Min(Room(), LargestBytes));
        if (bytes != _bytes)
        {
            _bytes = bytes;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
        }
    }

    /// <summary>
    /// What may lie unread before we are woken: a quarter of the receive buffer, which the system makes larger as the connection proves
    /// faster, so that the peer can go on sending meanwhile.
    /// </summary>
    private int Room()
    {
        var bytes = 0;
        socket.GetRawSocketOption(SocketLevel, ReceiveBuffer, MemoryMarshal.AsBytes(new Span<int>(ref bytes)));
        return Math.Max(bytes / 4, 1);
    }
}
