namespace Heliostat.Transport;

/// <summary>What the receive loop is at: it decides how the patience with the peer is counted.</summary>
internal enum ReceiveProgress
{
    /// <summary>The peer owes us.</summary>
    BetweenFrames,

    /// <summary>We owe the peer: its answer has arrived and the budget has no room for it.</summary>
    WaitingForRoom,

    /// <summary>Amid a frame.</summary>
    Receiving,
}
