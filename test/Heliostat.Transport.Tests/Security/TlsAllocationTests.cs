using System.Net;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Transport.Network;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security;

/// <summary>Alone, because the count is of the whole process.</summary>
[Collection(nameof(AllocationTests))]
public class TlsAllocationTests
{
    private const int Batches = 8;
    private const int Rounds = 500;

    /// <summary>Room for what the runtime does beside us.</summary>
    private const long Tolerated = 64;

#if DEBUG
    [Theory(Skip = "without optimization every async method allocates: run with -c Release")]
#else
    [Theory]
#endif
    [InlineData(1, 200)]
    [InlineData(5, 100_000)]
    public async Task A_round_trip_over_tls_allocates_nothing_in_steady_state(int parts, int answerBytes)
    {
        using var folder = new TemporaryFolder("tls");
        using var root = TestAuthority.Root();
        var trust = folder.File("trust.pem");
        await File.WriteAllTextAsync(trust, root.Certificate.ExportCertificatePem());
        var options = new ConnectionOptions
        {
            Layer = new TlsClientLayer(
                new TlsOptions { Trust = new TrustStoreOptions { Location = trust, Type = "PEM" } }, "source", TimeProvider.System,
                told: null),
        };
        using var port = SocketNetwork.Shared.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var endpoint = new DnsEndPoint("127.0.0.1", port.EndPoint.Port);
        var message = new WireBuffer();
        FakePeer.Request(1, new byte[50]).ToArray().CopyTo(message.Take(62));
        for (var i = 0; i < parts; i++)
        {
            message.Splice(new byte[10_000]);
            message.Take(10);
        }

        message.PatchInt32(0, (int)message.TotalBytes - 4);
        var serving = ServeAsync(port, root, (int)message.TotalBytes, answerBytes);
        var duplex = await ConnectionDial.ConnectAsync(SocketNetwork.Shared, endpoint, options, TimeProvider.System,
            CancellationToken.None);
        var pool = new FramePool(64 << 20);
        var least = double.MaxValue;
        await using (var connection = FramedConnection.Open(endpoint, duplex, options, pool, TimeProvider.System))
        {
            for (var i = 0; i < Batches; i++)
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var round = 0; round < Rounds; round++)
                {
                    using var frame = await connection.RoundTripAsync(message, 1, TimeSpan.FromSeconds(30), CancellationToken.None);
                }

                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
            }
        }

        await serving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(least <= Tolerated, $"{least:0.0} bytes per round trip");
    }

    private static async Task ServeAsync(INetworkListener port, TestAuthority root, int requestBytes, int answerBytes)
    {
        var accepted = await port.AcceptAsync(CancellationToken.None);
        var layer = new TlsServerLayer(new TlsServerOptions { Certificate = root.Issue("CN=broker") }, TimeProvider.System);
        using var duplex = await layer.LayOverAsync(accepted.Duplex, dialled: null, CancellationToken.None);
        var request = new byte[requestBytes];
        var answer = new WireBuffer();
        answer.Splice(FakePeer.Answer(1, new byte[answerBytes]));
        try
        {
            while (true)
            {
                for (var done = 0; done < requestBytes;)
                {
                    var received = await duplex.ReceiveAsync(request.AsMemory(done));
                    if (received == 0)
                    {
                        return;
                    }

                    done += received;
                }

                await duplex.SendAsync(answer);
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // The test is over.
        }
    }
}
