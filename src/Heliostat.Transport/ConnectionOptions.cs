using Heliostat.Transport.Network;

namespace Heliostat.Transport;

/// <summary>How one framed connection behaves: patience, buffers and the largest frame it believes in.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The name of the side, which stands before the endpoint in messages ("source"); empty says the endpoint alone.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>How long connecting may take, name resolution and every address tried included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The socket's buffers.</summary>
    public SocketBuffers Buffers { get; init; } = SocketBuffers.OfTheSystem;

    /// <summary>
    /// What is laid over the peer's bytes once it is connected; null for nothing. The time that this takes is part of
    /// <see cref="ConnectTimeout"/>.
    /// </summary>
    public IDuplexLayer? Layer { get; init; }

    /// <summary>A frame that claims to be larger is not Kafka's: the connection is closed.</summary>
    public int MaxFrameBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>A connection without traffic for this long is closed; <see cref="Timeout.InfiniteTimeSpan"/> keeps it for ever.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(9);
}
