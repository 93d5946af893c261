using System.Net;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Server;

/// <summary>How a <see cref="FramedListener"/> listens, and what it lets peers take.</summary>
public sealed record ServerOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>What is laid over each connection's bytes before its first frame; null for nothing.</summary>
    public IDuplexLayer? Layer { get; init; }

    /// <summary>The most connections at a time; more are closed at once.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The most connections from one address at a time; more are closed at once (Kafka's <c>max.connections.per.ip</c>).</summary>
    public int MaxConnectionsPerAddress { get; init; } = 2_000;

    /// <summary>A frame that claims to be larger closes its connection (Kafka's <c>socket.request.max.bytes</c>).</summary>
    public int MaxFrameBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>A connection without traffic for this long is closed (Kafka's <c>connections.max.idle.ms</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a begun frame may take to come, beside one second for each <see cref="SlowestBytesPerSecond"/> of it, and how long it may
    /// stand still; and the same for an answer to be taken.
    /// </summary>
    public TimeSpan HalfOpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The slowest peer that is waited for.</summary>
    public int SlowestBytesPerSecond { get; init; } = 16 * 1024;

    /// <summary>
    /// How long a half-open frame, or an answer that is not taken, may hold memory that others wait for. Then the one that holds the most
    /// for nothing is closed, one after the other while others wait.
    /// </summary>
    public TimeSpan PressedTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Answers that may wait for a peer that does not read; then its requests are no longer read.</summary>
    public int MaxQueuedAnswers { get; init; } = 64;

    /// <summary>The bytes of answers that may wait for a peer that does not read; one answer may be larger.</summary>
    public long MaxQueuedAnswerBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The memory that answers are sent from, if they are rented: who holds it for nothing is closed when others wait for it.
    /// </summary>
    public FramePool? AnswerPool { get; init; }
}
