using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// What moving bytes costs at least: receives from one socket and sends to another, on one thread, and does nothing else. A process of its own, so that its
/// CPU can be read as that of a mirror is.
/// </summary>
internal static class Relay
{
    public const string Command = "relay";

    /// <summary>As large as a produce request.</summary>
    private const int BufferBytes = 1024 * 1024;

    public static void Run(string[] ports)
    {
        using var from = Connect(ports[0]);
        using var to = Connect(ports[1]);
        var buffer = new byte[BufferBytes];
        while (Fill(from, buffer) is > 0 and var received)
        {
            to.Send(buffer.AsSpan(0, received));
        }

        // Lives on until its CPU was read.
        to.Shutdown(SocketShutdown.Send);
        to.Receive(buffer);
    }

    private static int Fill(Socket from, byte[] buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && from.Receive(buffer.AsSpan(filled)) is > 0 and var received)
        {
            filled += received;
        }

        return filled;
    }

    private static Socket Connect(string port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        return socket;
    }
}
