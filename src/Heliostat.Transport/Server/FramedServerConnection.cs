using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Server;

/// <summary>
/// The server's half of a connection: one loop reads requests and has them served one after another, one loop sends answers in order, and
/// there is one reason why it ended.
/// </summary>
public sealed partial class FramedServerConnection : IDisposable
{
    private readonly IDuplex _duplex;
    private readonly ServerOptions _options;
    private readonly FramePool _pool;
    private readonly TimeProvider _time;
    private readonly IRequestHandler _handler;
    private readonly CancellationTokenSource _closed = new();
    private readonly Channel<Answer> _answers;
    private readonly ConcurrentBag<WireBuffer> _buffers = [];
    private int _closeReason = -1;

    internal FramedServerConnection(
        long id, IDuplex duplex, IPEndPoint peer, ServerOptions options, FramePool pool, TimeProvider time, IRequestHandler handler)
    {
        Id = id;
        _duplex = duplex;
        _options = options;
        _pool = pool;
        _time = time;
        _handler = handler;
        _lastActivity = time.GetTimestamp();
        RemoteEndPoint = peer;
        _answers = Channel.CreateBounded<Answer>(new BoundedChannelOptions(options.MaxQueuedAnswers));
    }

    /// <summary>Unique among the connections of its listener.</summary>
    public long Id { get; }

    public IPEndPoint RemoteEndPoint { get; }

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
        var sending = SendLoopAsync();
        try
        {
            Close(await ReceiveLoopAsync());
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
}
