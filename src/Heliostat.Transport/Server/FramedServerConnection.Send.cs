using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Waiting;

namespace Heliostat.Transport.Server;

public sealed partial class FramedServerConnection
{
    private readonly AsyncSignal _answerSent = new(inline: false);
    private long _cutAfterBytes = long.MaxValue;
    private long _queuedBytes;

    /// <summary>An empty buffer for an answer; <see cref="SendAsync"/> takes it back.</summary>
    public WireBuffer RentBuffer() => _buffers.TryTake(out var buffer) ? buffer : new WireBuffer();

    /// <summary>Puts a whole answer, its 4-byte size included, in line; waits while the line is full.</summary>
    /// <param name="answer">From <see cref="RentBuffer"/>.</param>
    /// <param name="owned">Memory that the answer is sent from, which is disposed when it was, or will never be; null when there is none.</param>
    /// <param name="delay">How long the answer, and those behind it, are held back.</param>
    /// <param name="ct">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(WireBuffer answer, Frame? owned, TimeSpan delay, CancellationToken ct)
    {
        var notBefore = delay <= TimeSpan.Zero ? 0 : _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        try
        {
            while (Volatile.Read(ref _queuedBytes) is var queued and > 0 && queued + answer.TotalBytes > _options.MaxQueuedAnswerBytes && CloseReason is null)
                await _answerSent.WaitAsync();

            Interlocked.Add(ref _queuedBytes, answer.TotalBytes);
            await _answers.Writer.WriteAsync(new Answer(answer, owned, notBefore), ct);
        }
        catch
        {
            owned?.Dispose();
            throw;
        }
    }

    /// <summary>Lets so many more bytes of answers out and then closes the connection, in the middle of an answer if it falls there.</summary>
    public void CutAfter(long byteCount) => Volatile.Write(ref _cutAfterBytes, byteCount);

    private async Task SendLoopAsync()
    {
        try
        {
            while (await _answers.Reader.WaitToReadAsync(_closed.Token))
            {
                if (!_answers.Reader.TryRead(out var answer)) continue;

                var byteCount = answer.Message.TotalBytes;
                using (answer.Owned)
                {
                    await HoldBackAsync(answer.NotBefore);
                    SendBegun(byteCount, answer.Owned?.Length ?? 0);
                    await WriteAsync(answer.Message);
                    SendEnded();
                }

                answer.Message.Clear();
                _buffers.Add(answer.Message);
                Interlocked.Add(ref _queuedBytes, -byteCount);
                _answerSent.Set();
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            Close(Server.CloseReason.PeerLost);
        }

        _answerSent.Set();
    }

    private async ValueTask HoldBackAsync(long notBefore)
    {
        var now = _time.GetTimestamp();
        if (notBefore > now) await Task.Delay(_time.GetElapsedTime(now, notBefore), _time, _closed.Token);
    }

    private ValueTask WriteAsync(WireBuffer message)
    {
        var left = Volatile.Read(ref _cutAfterBytes);
        if (message.TotalBytes > left) return CutAsync(message, (int)left);

        if (left != long.MaxValue) Interlocked.Add(ref _cutAfterBytes, -message.TotalBytes);
        return _duplex.SendAsync(message);
    }

    private async ValueTask CutAsync(WireBuffer message, int byteCount)
    {
        var head = new WireBuffer();
        head.Splice(message.ToArray().AsMemory(0, byteCount));
        await _duplex.SendAsync(head);
        Close(Server.CloseReason.Refused);
    }
}
