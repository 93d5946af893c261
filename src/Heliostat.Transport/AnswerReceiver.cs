using System.Runtime.CompilerServices;
using Heliostat.Transport.Network;

namespace Heliostat.Transport;

/// <summary>
/// Takes the answers of one connection off its duplex: what came is checked against what is awaited before anything is rented for it, and
/// what cannot be an answer closes the connection with the reason why. Used by the receive loop alone, but for <see cref="ExpectBare"/> and
/// what closes.
/// </summary>
internal sealed class AnswerReceiver(FramedConnection connection, IDuplex duplex, int maxFrameBytes, FramePool pool, PeerPatience patience)
{
    private readonly FrameReader _reader = new(duplex, maxFrameBytes);
    private volatile bool _hasAnswered;

    /// <summary>Whether the next frame holds bare bytes, without a correlation id.</summary>
    public void ExpectBare(bool isBare) => _reader.IsBare = isBare;

    /// <summary>One answer; false when the connection is closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveAsync(CancellationToken closing)
    {
        var head = await _reader.ReadHeadAsync();
        if (head != FrameHead.Read)
        {
            CloseFor(head);
            return false;
        }

        if (!connection.IsAwaited(_reader.First))
        {
            Close(ConnectionFailure.NotKafka, $" sent an answer that nobody waits for (correlation id {_reader.First})", NotKafka());
            return false;
        }

        patience.WaitForRoom();
        var frame = await pool.RentAsync(_reader.Size, closing);
        patience.Received(ReceiveProgress.Receiving);
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
                patience.Received(ReceiveProgress.Receiving);
            }

            _hasAnswered = true;
            _reader.IsBare = false;
            patience.Received(ReceiveProgress.BetweenFrames);
            connection.Answered(frame);
            frame = null;
            return true;
        }
        finally
        {
            frame?.Dispose();
        }
    }

    /// <summary>Closes because receiving threw, or sending: whichever first notices that the peer is gone.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="doing">While what, in words.</param>
    public void CloseFor(Exception e, string doing = "")
    {
        if (!_hasAnswered && duplex.Suspect(e) is { } suspicion)
        {
            connection.Close(ConnectionFailure.TlsFailed, $"{Peer.Name(connection.Endpoint)}: {suspicion}", e);
        }
        else
        {
            connection.Close(ConnectionFailure.Closed, $"connection to {Peer.Name(connection.Endpoint)} broke{doing}: {e.Message}", e);
        }
    }

    private void CloseFor(FrameHead head)
    {
        if (head == FrameHead.Unbelievable)
        {
            Close(ConnectionFailure.NotKafka, $" sent a frame of {_reader.Size} bytes, more than {maxFrameBytes}", NotKafka());
        }
        else if (!_hasAnswered && duplex.Suspect(null) is { } suspicion)
        {
            connection.Close(ConnectionFailure.TlsFailed, $"{Peer.Name(connection.Endpoint)}: {suspicion}", inner: null);
        }
        else
        {
            Close(ConnectionFailure.Closed, " closed the connection", " closed the connection before its first answer");
        }
    }

    private string NotKafka() => $" does not speak Kafka: {ForeignProtocol.Describe(_reader.Refused)}";

    /// <summary>Closes with what the peer did, which reads otherwise when it never answered.</summary>
    private void Close(ConnectionFailure failure, string did, string didAtFirst) =>
        connection.Close(failure, Peer.Name(connection.Endpoint) + (_hasAnswered ? did : didAtFirst), inner: null);
}
