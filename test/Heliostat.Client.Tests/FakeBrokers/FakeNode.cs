using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>One broker: a port that can be closed and opened again, and connections that answer one request at a time.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly FakeKafka _kafka;
    private readonly FakeAnswers _answers;
    private readonly ConcurrentDictionary<Socket, (Task Serving, CancellationTokenSource Dropped)> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public FakeNode(FakeKafka kafka, int id)
    {
        _kafka = kafka;
        Id = id;
        _answers = new FakeAnswers(kafka, this);
        Endpoint = new DnsEndPoint("127.0.0.1", 0);
        Start();
    }

    public int Id { get; }

    public DnsEndPoint Endpoint { get; private set; }

    public string? Rack { get; init; }

    /// <summary>Cancelled when the broker stops: what an interception may wait on.</summary>
    public CancellationToken Dropped => _stopping.Token;

    /// <summary>Listens, on the port it had before.</summary>
    public void Start()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Endpoint.Port));
        listener.Listen();
        _listener = listener;
        Endpoint = new DnsEndPoint("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Refuses connections from now on and drops those there are; sessions are lost.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        await _accepting;
        await DropAsync();
        _answers.ForgetSessions();
    }

    /// <summary>Drops the connections; new ones are welcome.</summary>
    public async Task DropAsync()
    {
        foreach (var (socket, connection) in _connections.ToArray())
        {
            socket.Dispose();
            await connection.Dropped.CancelAsync();
            await connection.Serving;
        }
    }

    public void ForgetSessions() => _answers.ForgetSessions();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await StopAsync();
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                var dropped = new CancellationTokenSource();
                _connections[socket] = (ServeAsync(socket, dropped.Token), dropped);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken dropped)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                var size = await ReadAsync(socket, 4, dropped);
                var frame = await ReadAsync(socket, BinaryPrimitives.ReadInt32BigEndian(size), dropped);
                var (header, request) = FakeCodec.Read(this, frame);
                _kafka.Requests.Enqueue(request);
                var answer = _kafka.Intercept is { } intercept ? await intercept(request) : null;
                var bytes = FakeCodec.Write(header, request, answer ?? await _answers.UsualAsync(request, dropped));
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await socket.SendAsync(bytes.AsMemory(sent), dropped);
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is over.
        }
        finally
        {
            socket.Dispose();
            _connections.TryRemove(socket, out _);
        }
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count, CancellationToken dropped)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(done), dropped);
            done += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }
}
