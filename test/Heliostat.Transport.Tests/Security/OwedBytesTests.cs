using System.Net;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Transport.Network;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security;

/// <summary>How much of what a peer owes is waited for below TLS.</summary>
public sealed class OwedBytesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly TemporaryFolder _folder = new("owed");

    public void Dispose()
    {
        _folder.Dispose();
        _root.Dispose();
    }

    /// <summary>
    /// The network gives nothing before it has all that was asked for: if that were ever too much, this would stand still.
    /// </summary>
    [Fact]
    public async Task A_read_over_TLS_waits_for_much_and_never_for_more_than_comes()
    {
        var (client, waiting, server) = await AgreeAsync();
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var bytes = new byte[round == 0 ? 1 << 20 : random.Next(1, 100_000)];
            random.NextBytes(bytes);
            var receiving = ReadAsync(client, bytes.Length);
            for (var sent = 0; sent < bytes.Length;)
            {
                var message = new WireBuffer();
                var part = Math.Min(random.Next(1, 40_000), bytes.Length - sent);
                message.Splice(bytes.AsMemory(sent, part));
                await server.SendAsync(message);
                sent += part;
            }

            Assert.Equal(bytes, await receiving.WaitAsync(Patience));
            if (round == 0)
            {
                Assert.InRange(waiting.Reads, 1, 16);
            }
        }

        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task The_end_is_not_waited_behind()
    {
        var (client, _, server) = await AgreeAsync();
        var receiving = ReadAsync(client, 200_000);
        var message = new WireBuffer();
        message.Splice(new byte[10_000]);
        await server.SendAsync(message);
        server.Dispose();

        await Assert.ThrowsAnyAsync<IOException>(() => receiving.WaitAsync(Patience));
        client.Dispose();
    }

    private static async Task<byte[]> ReadAsync(IDuplex duplex, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await duplex.ReceiveAsync(bytes.AsMemory(done));
            done += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }

    private async Task<(IDuplex Client, WaitingDuplex Below, IDuplex Server)> AgreeAsync()
    {
        var trust = _folder.File("trust.pem");
        await File.WriteAllTextAsync(trust, _root.Certificate.ExportCertificatePem());
        var network = new MemoryNetwork(TimeProvider.System);
        var endpoint = new DnsEndPoint("localhost", 9093);
        using var port = network.Listen(new IPEndPoint(IPAddress.Loopback, endpoint.Port));
        var below = new WaitingDuplex(await network.DialAsync(endpoint, SocketBuffers.OfTheSystem, CancellationToken.None));
        var accepted = await port.AcceptAsync(CancellationToken.None);
        var theirs = new TlsServerLayer(new TlsServerOptions { Certificate = _root.Issue("CN=broker") }, TimeProvider.System)
            .LayOverAsync(accepted.Duplex, null, CancellationToken.None).AsTask();
        var layer = new TlsClientLayer(new TlsOptions { Trust = new TrustStoreOptions { Location = trust, Type = "PEM" } }, "source",
            TimeProvider.System, told: null);
        var ours = await layer.LayOverAsync(below, endpoint, CancellationToken.None).AsTask().WaitAsync(Patience);
        below.Reads = 0;
        return (ours, below, await theirs.WaitAsync(Patience));
    }

    private sealed class WaitingDuplex(IDuplex below) : IDuplex
    {
        public int Reads { get; set; }

        public ValueTask<int> ReceiveAsync(Memory<byte> into) => below.ReceiveAsync(into);

        public async ValueTask<int> ReceiveSomeAsync(Memory<byte> into, int owed)
        {
            Reads++;
            var done = 0;
            do
            {
                var received = await below.ReceiveAsync(into[done..]);
                if (received == 0)
                {
                    break;
                }

                done += received;
            }
            while (done < Math.Min(owed, into.Length));

            return done;
        }

        public ValueTask SendAsync(WireBuffer message) => below.SendAsync(message);

        public void Dispose() => below.Dispose();
    }
}
