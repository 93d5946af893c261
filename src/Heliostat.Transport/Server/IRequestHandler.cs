namespace Heliostat.Transport.Server;

/// <summary>Serves the requests of connections.</summary>
public interface IRequestHandler
{
    /// <summary>
    /// Serves one request; the connection's next one is read when the task has ended. Answers go out through
    /// <see cref="FramedServerConnection.SendAsync"/>, in the order of the calls. <see cref="Heliostat.Protocol.MalformedFrameException"/>
    /// closes the connection as malformed.
    /// </summary>
    /// <param name="connection">Where the request came from.</param>
    /// <param name="requestOwned">All that follows the request's size. The handler owes its dispose.</param>
    /// <param name="ct">Set when the connection closes.</param>
    ValueTask HandleAsync(FramedServerConnection connection, Frame requestOwned, CancellationToken ct);

    /// <summary>A connection was closed: what was kept for it can go.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="failure">What the handler threw, for <see cref="CloseReason.HandlerFailed"/>.</param>
    void Closed(FramedServerConnection connection, Exception? failure);
}
