namespace Heliostat.Transport.Network;

/// <summary>The sizes asked of the system for a socket's buffers; -1 leaves one to the system.</summary>
public readonly record struct SocketBuffers(int SendBytes, int ReceiveBytes)
{
    public static readonly SocketBuffers OfTheSystem = new(-1, -1);
}
