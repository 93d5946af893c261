using Heliostat.Protocol.Wire;

namespace Heliostat.Transport;

/// <summary>The only one who may send over a connection, until it is disposed.</summary>
public sealed class ConnectionTurn : IDisposable
{
    private readonly FramedConnection _connection;
    private readonly int _number;

    internal ConnectionTurn(FramedConnection connection, int number)
    {
        _connection = connection;
        _number = number;
    }

    /// <summary>As the connection's own round trip, past those that it holds back.</summary>
    public ValueTask<Frame> RoundTripAsync(WireBuffer message, int correlationId, TimeSpan timeout, CancellationToken ct) =>
        _connection.RoundTripAsync(new Request(message, correlationId, timeout, RequestKind.Answered), inline: false, _number, ct);

    /// <inheritdoc/>
    public void Dispose() => _connection.EndTurn(_number);
}
