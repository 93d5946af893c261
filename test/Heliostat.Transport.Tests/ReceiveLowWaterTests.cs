using System.Net;
using System.Net.Sockets;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Tests;

public sealed class ReceiveLowWaterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _peer;
    private readonly SocketDuplex _duplex;

    public ReceiveLowWaterTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _peer.Connect(listener.LocalEndPoint!);
        _duplex = new SocketDuplex(listener.Accept());
    }

    public void Dispose()
    {
        _duplex.Dispose();
        _peer.Dispose();
    }

    [LinuxFact]
    public async Task A_receive_that_wants_much_is_not_woken_for_little()
    {
        var receiving = _duplex.ReceiveAsync(new byte[20_000]).AsTask();

        for (var i = 0; i < 20; i++)
        {
            await _peer.SendAsync(new byte[1_000]);
        }

        Assert.Equal(20_000, await receiving.WaitAsync(Patience));
    }

    [LinuxFact]
    public async Task What_is_left_of_a_large_receive_is_waited_for_as_a_whole()
    {
        var first = _duplex.ReceiveAsync(new byte[20_000]).AsTask();
        await _peer.SendAsync(new byte[20_000]);
        await first.WaitAsync(Patience);

        var rest = _duplex.ReceiveAsync(new byte[5_000]).AsTask();
        await _peer.SendAsync(new byte[4_000]);
        await _peer.SendAsync(new byte[1_000]);

        Assert.Equal(5_000, await rest.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_small_receive_after_a_large_one_takes_what_comes()
    {
        var large = _duplex.ReceiveAsync(new byte[20_000]).AsTask();
        await _peer.SendAsync(new byte[20_000]);
        await large.WaitAsync(Patience);

        var small = _duplex.ReceiveAsync(new byte[500]).AsTask();
        await _peer.SendAsync(new byte[8]);

        Assert.Equal(8, await small.WaitAsync(Patience));
    }

    [Fact]
    public async Task More_than_the_receive_buffer_holds_comes_in_pieces()
    {
        const int Bytes = 64 << 20;
        var into = new byte[Bytes];
        var sending = _peer.SendAsync(new byte[Bytes]);

        var done = 0;
        while (done < Bytes)
        {
            done += await _duplex.ReceiveAsync(into.AsMemory(done)).AsTask().WaitAsync(Patience);
        }

        Assert.Equal(Bytes, await sending);
    }

    [Fact]
    public async Task The_end_of_the_stream_ends_a_large_receive()
    {
        var receiving = _duplex.ReceiveAsync(new byte[20_000]).AsTask();

        await _peer.SendAsync(new byte[1_000]);
        _peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(1_000, await receiving.WaitAsync(Patience));
        Assert.Equal(0, await _duplex.ReceiveAsync(new byte[19_000]).AsTask().WaitAsync(Patience));
    }

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute()
        {
            if (!OperatingSystem.IsLinux())
            {
                Skip = "only Linux is asked to wait for more";
            }
        }
    }
}
