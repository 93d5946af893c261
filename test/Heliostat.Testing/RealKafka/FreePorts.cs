using System.Net;
using System.Net.Sockets;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// Ports for servers that cannot be told to choose their own. They lie below the range from which the system serves outgoing connections,
/// so that a broker which is down for a while finds its port free again.
/// </summary>
public static class FreePorts
{
    private const int Lowest = 15_000;
    private const int Highest = 32_000;

    /// <summary>
    /// One port on loopback that nobody listened on a moment ago: a start on it may still fail, and is then tried on another.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
