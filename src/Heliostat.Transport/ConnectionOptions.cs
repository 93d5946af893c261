namespace Heliostat.Transport;

/// <summary>How one framed connection behaves: names, patience, buffers and the largest frame it believes in.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Kafka's <c>client.id</c>, for messages.</summary>
    public string ClientId { get; init; } = "heliostat";

    /// <summary>How long connecting may take, name resolution and every address tried included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take when the caller does not say.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The socket's send buffer; -1 leaves it to the operating system.</summary>
    public int SendBufferBytes { get; init; } = -1;

    /// <summary>The socket's receive buffer; -1 leaves it to the operating system.</summary>
    public int ReceiveBufferBytes { get; init; } = -1;

    /// <summary>A frame that claims to be larger is not Kafka's: the connection is closed.</summary>
    public int MaxFrameBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>A connection without traffic for this long is closed; <see cref="Timeout.InfiniteTimeSpan"/> keeps it for ever.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(9);
}
