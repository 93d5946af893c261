namespace Heliostat.Configuration.Options;

/// <summary>How to reach one cluster and how patient to be with it: the settings that every Kafka client has.</summary>
public abstract record ClientOptions
{
    /// <summary><c>bootstrap.servers</c>: at least one broker to start from.</summary>
    public required IReadOnlyList<BootstrapServer> BootstrapServers { get; init; }

    /// <summary><c>client.id</c>: named in the brokers' request logs, quotas and metrics.</summary>
    public string ClientId { get; init; } = "heliostat";

    /// <summary><c>security.protocol</c>: only <see cref="SecurityProtocol.Plaintext"/> is accepted today.</summary>
    public SecurityProtocol SecurityProtocol { get; init; } = SecurityProtocol.Plaintext;

    /// <summary><c>metadata.max.age.ms</c>: how often topics and leaders are looked up even when nothing failed.</summary>
    public TimeSpan MetadataMaxAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>request.timeout.ms</c>: how long an answer may take before the connection is given up.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>connections.max.idle.ms</c>: an unused connection is closed after this; negative means never.</summary>
    public TimeSpan ConnectionsMaxIdle { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary><c>reconnect.backoff.ms</c>: the wait before the second attempt to reach a broker; doubles with each failure.</summary>
    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary><c>reconnect.backoff.max.ms</c>: the longest wait between two attempts to reach a broker.</summary>
    public TimeSpan ReconnectBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>retry.backoff.ms</c>: the wait before a failed request is sent again; doubles with each failure.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>retry.backoff.max.ms</c>: the longest wait before a failed request is sent again.</summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>socket.connection.setup.timeout.ms</c>: how long an attempt to connect may take.</summary>
    public TimeSpan SocketConnectionSetupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>send.buffer.bytes</c>: the socket's send buffer; -1 leaves it to the operating system.</summary>
    public int SendBufferBytes { get; init; } = -1;

    /// <summary><c>receive.buffer.bytes</c>: the socket's receive buffer; -1 leaves it to the operating system.</summary>
    public int ReceiveBufferBytes { get; init; } = -1;
}
