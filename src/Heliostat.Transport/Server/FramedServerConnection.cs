using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Heliostat.Protocol;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Server;

/// <summary>
/// The server's half of a connection: one loop reads requests and has them served one after another, one loop sends answers in order, and
/// there is one reason why it ended.
/// </summary>
public sealed partial class FramedServerConnection : IDisposable
{
    private volatile IDuplex _duplex;
    private readonly ServerOptions _options;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly IRequestHandler _handler;
    private readonly CancellationTokenSource _closed = new();
    private readonly Channel<Answer> _answers;
    private readonly ConcurrentBag<WireBuffer> _buffers = [];
    private int _closeReason = -1;

    internal FramedServerConnection(
        long id, AcceptedPeer peer, ServerOptions options, FramePool pool, TimeProvider time, IRequestHandler handler)
    {
        Id = id;
        _duplex = peer.Duplex;
        _options = options;
        _pool = pool;
        _time = time;
        _handler = handler;
        _lastActivity = time.GetTimestamp();
        RemoteEndPoint = peer.Address;
        _answers = Channel.CreateBounded<Answer>(new BoundedChannelOptions(options.MaxQueuedAnswers));
    }

    /// <summary>Unique among the connections of its listener.</summary>
    public long Id { get; }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The peer's bytes, with what was laid over them.</summary>
    public IDuplex Duplex => _duplex;

    /// <summary>What the handler keeps with the connection.</summary>
    public object? State { get; set; }

    /// <summary>Why it was closed; null while it is open.</summary>
    public CloseReason? CloseReason => _closeReason < 0 ? null : (CloseReason)_closeReason;

    /// <summary>Closes at once. The first reason stays.</summary>
    public void Close(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, (int)reason, -1) != -1) return;

        _closed.Cancel();
        _duplex.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Close(Server.CloseReason.ServerStopped);

    internal async Task RunAsync(CancellationToken ct)
    {
        Exception? failure = null;
        using var stop = ct.UnsafeRegister(static state => ((FramedServerConnection)state!).Close(Server.CloseReason.ServerStopped), this);
        if (_options.Layer is { } layer) await LayOverAsync(layer);

        var sending = SendLoopAsync();
        try
        {
            Close(await ReceiveLoopAsync());
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
        }
        catch (MalformedFrameException)
        {
            Close(Server.CloseReason.MalformedFrame);
        }
        catch (Exception exception)
        {
            if (_closeReason < 0) failure = exception;
            Close(Server.CloseReason.HandlerFailed);
        }

        _answers.Writer.TryComplete();
        await sending;
        while (_answers.Reader.TryRead(out var unsent)) unsent.Owned?.Dispose();
        _handler.Closed(this, failure);
    }

    /// <summary>A peer that does not get on with it is closed as one that does not finish its frame.</summary>
    private async ValueTask LayOverAsync(IDuplexLayer layer)
    {
        try
        {
            FrameBegun(0);
            var above = await layer.LayOverAsync(_duplex, dialled: null, _closed.Token);
            _duplex = above;
            FrameEnded();
            Handled();
            if (_closeReason >= 0) above.Dispose();
        }
        catch (Exception exception) when (exception is KafkaConnectionException or SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Close(Server.CloseReason.HandshakeFailed);
        }
    }
}
