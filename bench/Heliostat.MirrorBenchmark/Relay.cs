using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// What moving bytes costs at least: receives from one socket and sends to another, on one thread, and does nothing else. A process of its
/// own, so that its CPU can be read as that of a mirror is. With TLS on a side it does what .NET takes for it: the floor of a mirror in
/// .NET that speaks TLS there.
/// </summary>
internal static class Relay
{
    public const string Command = "relay";

    /// <summary>As large as a produce request.</summary>
    private const int BufferBytes = 1024 * 1024;

    /// <param name="arguments">Two ports, and then for each side that speaks TLS its name, and the file of whom to trust.</param>
    public static void Run(string[] arguments)
    {
        using var from = Connect(arguments[0], arguments.AsSpan(2).Contains("source") ? arguments[^1] : null);
        using var to = Connect(arguments[1], arguments.AsSpan(2).Contains("target") ? arguments[^1] : null);
        var buffer = new byte[BufferBytes];
        while (Fill(from, buffer) is > 0 and var received)
        {
            to.Write(buffer.AsSpan(0, received));
        }

        // Lives on until its CPU was read.
        _ = to.Read(buffer);
    }

    private static int Fill(Stream from, byte[] buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && from.Read(buffer.AsSpan(filled)) is > 0 and var received)
        {
            filled += received;
        }

        return filled;
    }

    private static Stream Connect(string port, string? trust)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (trust is null)
        {
            return plain;
        }

        var tls = new SslStream(plain);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(trust);
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy });
        return tls;
    }
}
