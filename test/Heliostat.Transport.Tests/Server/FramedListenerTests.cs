using System.Net.Sockets;
using Heliostat.Transport.Network;
using Heliostat.Transport.Server;

namespace Heliostat.Transport.Tests.Server;

public sealed class FramedListenerTests
{
    [Fact]
    public void A_port_that_somebody_listens_on_is_refused()
    {
        using var first = Listen(0);

        var refusal = Assert.Throws<SocketException>(() => Listen(first.EndPoint.Port));

        Assert.Equal(SocketError.AddressAlreadyInUse, refusal.SocketErrorCode);
    }

    private static FramedListener Listen(int port) =>
        new(SocketNetwork.Shared, new ServerOptions { Port = port }, new NoRequests(), new FramePool(1024), TimeProvider.System);

    private sealed class NoRequests : IRequestHandler
    {
        public ValueTask HandleAsync(FramedServerConnection connection, Frame requestOwned, CancellationToken ct) =>
            throw new InvalidOperationException();

        public void Closed(FramedServerConnection connection, Exception? failure)
        {
        }
    }
}
