using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Tests.Network;

public sealed class MemoryNetworkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network;
    private readonly INetworkListener _port;

    public MemoryNetworkTests()
    {
        _network = new MemoryNetwork(_time);
        _port = _network.Listen(new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    public async Task What_is_sent_arrives_in_order()
    {
        var (client, server) = await ConnectAsync();

        await client.SendAsync(Bytes(1, 2, 3));
        await client.SendAsync(Bytes(4, 5));

        Assert.Equal([1, 2, 3, 4, 5], await ReadAsync(server, 5));
    }

    [Fact]
    public async Task An_end_in_good_order_comes_behind_what_was_sent()
    {
        var (client, server) = await ConnectAsync();

        await client.SendAsync(Bytes(1));
        client.Dispose();

        Assert.Equal([1], await ReadAsync(server, 1));
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task An_end_that_leaves_something_unread_is_a_reset()
    {
        var (client, server) = await ConnectAsync();

        await server.SendAsync(Bytes(1));
        client.Dispose();

        Assert.Equal(SocketError.ConnectionReset, await FailureAsync(() => server.ReceiveAsync(new byte[1]).AsTask()));
        Assert.Equal(SocketError.ConnectionReset, await FailureAsync(() => server.SendAsync(Bytes(2)).AsTask()));
    }

    [Fact]
    public async Task A_cut_loses_what_is_under_way_and_resets_both_ends()
    {
        var (client, server) = await ConnectAsync();
        var waiting = client.ReceiveAsync(new byte[1]).AsTask();
        await client.SendAsync(Bytes(1));

        Assert.Single(_network.Connections).Cut();

        Assert.Equal(SocketError.ConnectionReset, await FailureAsync(() => server.ReceiveAsync(new byte[1]).AsTask()));
        Assert.Equal(SocketError.ConnectionReset, await FailureAsync(() => waiting));
        Assert.Empty(_network.Connections);
    }

    [Fact]
    public async Task What_is_delayed_arrives_when_its_time_has_come_and_in_order()
    {
        var delays = new Queue<TimeSpan>([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)]);
        _network.Delay = _ => delays.Dequeue();
        var (client, server) = await ConnectAsync();
        await client.SendAsync(Bytes(1));
        await client.SendAsync(Bytes(2));
        var reading = ReadAsync(server, 2);

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal([1, 2], await reading.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_is_held_back_arrives_when_it_is_let_go()
    {
        var (client, server) = await ConnectAsync();
        var connection = Assert.Single(_network.Connections);
        connection.HoldsToServer = true;
        await client.SendAsync(Bytes(1));
        var reading = ReadAsync(server, 1);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(reading.IsCompleted);
        connection.HoldsToServer = false;

        Assert.Equal([1], await reading.WaitAsync(Patience));
    }

    [Fact]
    public async Task Who_sends_more_than_there_is_room_for_waits()
    {
        var (client, server) = await ConnectAsync();
        var much = new WireBuffer();
        much.Splice(new byte[10_000_000]);

        var sending = client.SendAsync(much).AsTask();

        Assert.False(sending.IsCompleted);
        Assert.Equal(10_000_000, (await ReadAsync(server, 10_000_000).WaitAsync(Patience)).Length);
        await sending.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_port_that_nobody_has_refuses()
    {
        _port.Dispose();

        Assert.Equal(SocketError.ConnectionRefused, await FailureAsync(() => DialAsync("127.0.0.1")));
    }

    [Fact]
    public async Task A_name_nobody_gave_is_not_found()
    {
        Assert.Equal(SocketError.HostNotFound, await FailureAsync(() => DialAsync("broker-1")));
        _network.AddName("broker-1", IPAddress.Loopback);
        using var duplex = await DialAsync("broker-1");
    }

    [Fact]
    public void A_port_is_taken_once()
    {
        var taken = Assert.Throws<SocketException>(() => _network.Listen(_port.EndPoint));

        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
        _port.Dispose();
        _network.Listen(_port.EndPoint).Dispose();
    }

    [Fact]
    public async Task Machines_are_told_apart_and_may_be_refused()
    {
        var here = IPAddress.Parse("10.0.0.1");
        var there = IPAddress.Parse("10.0.0.2");
        _network.Refusal = (from, _) => from.Equals(there) ? SocketError.HostUnreachable : SocketError.Success;
        var endpoint = new DnsEndPoint("127.0.0.1", _port.EndPoint.Port);

        using var duplex = await _network.From(here).DialAsync(endpoint, SocketBuffers.OfTheSystem, CancellationToken.None);

        Assert.Equal(here, Assert.Single(_network.Connections).Client.Address);
        Assert.Equal(here, (await _port.AcceptAsync(CancellationToken.None)).Address.Address);
        Assert.Equal(
            SocketError.HostUnreachable,
            await FailureAsync(() => _network.From(there).DialAsync(endpoint, SocketBuffers.OfTheSystem, CancellationToken.None).AsTask()));
    }

    private static WireBuffer Bytes(params ReadOnlySpan<byte> bytes)
    {
        var buffer = new WireBuffer();
        bytes.CopyTo(buffer.Take(bytes.Length));
        return buffer;
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

    private static async Task<SocketError> FailureAsync(Func<Task> attempt) =>
        (await Assert.ThrowsAsync<SocketException>(attempt)).SocketErrorCode;

    private async Task<IDuplex> DialAsync(string host) =>
        await _network.DialAsync(new DnsEndPoint(host, _port.EndPoint.Port), SocketBuffers.OfTheSystem, CancellationToken.None);

    private async Task<(IDuplex Client, IDuplex Server)> ConnectAsync()
    {
        var client = await DialAsync("localhost");
        return (client, (await _port.AcceptAsync(CancellationToken.None)).Duplex);
    }
}
