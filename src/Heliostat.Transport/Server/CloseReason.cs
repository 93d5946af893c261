namespace Heliostat.Transport.Server;

/// <summary>Why a server closed a connection; each close is counted under exactly one.</summary>
public enum CloseReason
{
    /// <summary>The peer closed it between two frames.</summary>
    PeerClosed,

    /// <summary>The peer closed it inside a frame, or the network broke.</summary>
    PeerLost,

    /// <summary>A frame claimed more bytes than allowed, or a negative number: not Kafka's protocol.</summary>
    BadFrameSize,

    /// <summary>The bytes of a frame were not what its header promised.</summary>
    MalformedFrame,

    /// <summary>A frame was begun and not finished in time, or held memory that others waited for.</summary>
    HalfOpen,

    /// <summary>Nothing came or went for the idle time.</summary>
    Idle,

    /// <summary>There were as many connections as allowed.</summary>
    TooManyConnections,

    /// <summary>The handler asked for it: an answer of no bytes promised, failed login, or an injected fault.</summary>
    Refused,

    /// <summary>The handler failed in a way it did not foresee.</summary>
    HandlerFailed,

    /// <summary>The server stopped.</summary>
    ServerStopped,

    /// <summary>An answer was not taken in time, or held memory that others waited for.</summary>
    Stalled,

    /// <summary>There were as many connections from its address as allowed.</summary>
    TooManyFromAddress,

    /// <summary>The layer over its bytes was not agreed upon: TLS failed, or the peer does not speak it.</summary>
    HandshakeFailed,
}
