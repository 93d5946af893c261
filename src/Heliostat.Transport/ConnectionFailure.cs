namespace Heliostat.Transport;

/// <summary>Why a connection could not be made or was closed.</summary>
public enum ConnectionFailure
{
    /// <summary>The name has no address, or no address accepts: nothing was sent.</summary>
    Unreachable,

    /// <summary>The peer ended it, or the network did.</summary>
    Closed,

    /// <summary>An answer did not come in time; answers come in order, so the whole connection is given up.</summary>
    TimedOut,

    /// <summary>What came is no Kafka frame: another protocol, or bytes damaged on the way.</summary>
    NotKafka,

    /// <summary>TLS was not agreed upon: the peer's certificate, ours, versions, or a peer that does not speak it.</summary>
    TlsFailed,

    /// <summary>The peer refuses who we are, or could not prove who it is.</summary>
    AuthenticationFailed,

    /// <summary>It speaks Kafka or TLS, and takes nothing of what we say: it wants a login or encryption, or is too old.</summary>
    WrongListener,

    /// <summary>Nothing was sent for longer than <see cref="ConnectionOptions.IdleTimeout"/>.</summary>
    Idle,

    /// <summary>Its owner disposed it.</summary>
    Disposed,
}
