using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Waiting;

namespace Heliostat.Transport.Server;

/// <summary>
/// The answers of one connection that wait to be sent, bounded by number and by bytes; and the buffers that they are written to, used
/// again.
/// </summary>
internal sealed class AnswerLine(ServerOptions options)
{
    private readonly AsyncSignal _roomOrEnd = new(inline: false);
    private readonly Channel<Answer> _answers = Channel.CreateBounded<Answer>(new BoundedChannelOptions(options.MaxQueuedAnswers));
    private readonly ConcurrentBag<WireBuffer> _buffers = [];
    private long _queuedBytes;
    private volatile bool _isEnded;

    public WireBuffer RentBuffer() => _buffers.TryTake(out var buffer) ? buffer : new WireBuffer();

    /// <summary>Puts an answer in line; waits while the line is full. When it throws, what the answer owns is disposed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AddAsync(Answer answer, CancellationToken ct)
    {
        try
        {
            while (Volatile.Read(ref _queuedBytes) is var queued and > 0
                && queued + answer.Message.TotalBytes > options.MaxQueuedAnswerBytes && !_isEnded)
                await _roomOrEnd.WaitAsync();

            Interlocked.Add(ref _queuedBytes, answer.Message.TotalBytes);
            await _answers.Writer.WriteAsync(answer, ct);
        }
        catch
        {
            answer.Owned?.Dispose();
            throw;
        }
    }

    /// <summary>Waits until there is an answer; false when there will be none.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken ct) => _answers.Reader.WaitToReadAsync(ct);

    public bool TryTake(out Answer answer) => _answers.Reader.TryRead(out answer);

    /// <summary>An answer of so many bytes was sent: its buffer may be used again.</summary>
    public void Sent(WireBuffer message, long byteCount)
    {
        message.Clear();
        _buffers.Add(message);
        Interlocked.Add(ref _queuedBytes, -byteCount);
        _roomOrEnd.Set();
    }

    /// <summary>No more are sent: nobody waits for room any longer.</summary>
    public void End()
    {
        _isEnded = true;
        _roomOrEnd.Set();
    }

    /// <summary>Takes no more.</summary>
    public void Complete() => _answers.Writer.TryComplete();

    /// <summary>Drops what will never be sent.</summary>
    public void Drop()
    {
        while (TryTake(out var unsent)) unsent.Owned?.Dispose();
    }
}
