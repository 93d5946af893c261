using System.Runtime.CompilerServices;

namespace Heliostat.Transport;

/// <summary>Receiving: what came is checked against what is awaited before anything is rented for it.</summary>
public sealed partial class FramedConnection
{
    private bool _answered;

    /// <summary>One answer; false when the connection is closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveOneAsync()
    {
        var head = await _reader.ReadHeadAsync();
        if (head != FrameHead.Read)
        {
            CloseFor(head);
            return false;
        }

        if (!IsAwaited())
        {
            return false;
        }

        Volatile.Write(ref _progress, (int)ReceiveProgress.WaitingForRoom);
        var frame = await _pool.RentAsync(_reader.Size, _closing.Token);
        Progress(ReceiveProgress.Receiving);
        try
        {
            _reader.BeginBody();
            for (var done = 0; done < _reader.Size;)
            {
                var received = await _reader.ReadBodyAsync(frame.Memory[done..]);
                if (received == 0)
                {
                    CloseFor(FrameHead.Cut);
                    return false;
                }

                done += received;
                Progress(ReceiveProgress.Receiving);
            }

            _answered = true;
            _reader.IsBare = false;
            Progress(ReceiveProgress.BetweenFrames);
            Answered(frame);
            frame = null;
            return true;
        }
        finally
        {
            frame?.Dispose();
        }
    }

    /// <summary>True when the frame at hand answers the oldest request in flight; otherwise closes.</summary>
    private bool IsAwaited()
    {
        var correlationId = _reader.First;
        lock (_lock)
        {
            if (_closeReason is not null)
            {
                return false;
            }

            if (_line.Awaited.TryPeek(out var oldest) && (oldest.Kind == RequestKind.Bare || oldest.CorrelationId == correlationId))
            {
                return true;
            }
        }

        Close(
            ConnectionFailure.NotKafka,
            _answered
                ? $"{Peer.Name(Endpoint)} sent an answer that nobody waits for (correlation id {correlationId})"
                : $"{Peer.Name(Endpoint)} does not speak Kafka: {ForeignProtocol.Describe(_reader.Refused)}",
            inner: null);
        return false;
    }

    private void CloseFor(FrameHead head)
    {
        if (head == FrameHead.Unbelievable)
        {
            Close(
                ConnectionFailure.NotKafka,
                _answered
                    ? $"{Peer.Name(Endpoint)} sent a frame of {_reader.Size} bytes, more than {_options.MaxFrameBytes}"
                    : $"{Peer.Name(Endpoint)} does not speak Kafka: {ForeignProtocol.Describe(_reader.Refused)}",
                inner: null);
            return;
        }

        if (!_answered && _duplex.Suspect(null) is { } suspicion)
        {
            Close(ConnectionFailure.TlsFailed, $"{Peer.Name(Endpoint)}: {suspicion}", inner: null);
            return;
        }

        Close(
            ConnectionFailure.Closed,
            _answered
                ? $"{Peer.Name(Endpoint)} closed the connection"
                : $"{Peer.Name(Endpoint)} closed the connection before its first answer",
            inner: null);
    }
}
