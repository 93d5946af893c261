using System.Diagnostics.CodeAnalysis;
using System.Net;
using Heliostat.Transport.Network;

namespace Heliostat.Client;

/// <summary>How to reach one cluster and how patient to be with it.</summary>
public sealed record ClientOptions
{
    /// <summary><see cref="ClientId"/> of who says nothing.</summary>
    public const string DefaultClientId = "heliostat";

    /// <summary>The name of the side in messages: "source", "target" or an alias.</summary>
    public required string Cluster { get; init; }

    /// <summary><c>bootstrap.servers</c>.</summary>
    public required IReadOnlyList<DnsEndPoint> BootstrapServers { get; init; }

    /// <summary><c>client.id</c>.</summary>
    public string ClientId { get; init; } = DefaultClientId;

    /// <summary><c>request.timeout.ms</c>: how long one answer may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>default.api.timeout.ms</c>: how long a call may take, all of its retries included.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>socket.connection.setup.timeout.ms</c>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>reconnect.backoff.ms</c>.</summary>
    public TimeSpan ReconnectBackOff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary><c>reconnect.backoff.max.ms</c>.</summary>
    public TimeSpan ReconnectBackOffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>retry.backoff.ms</c>.</summary>
    public TimeSpan RetryBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>retry.backoff.max.ms</c>.</summary>
    public TimeSpan RetryBackOffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>metadata.max.age.ms</c>: how often topics and leaders are looked up when nothing failed.</summary>
    public TimeSpan MetadataMaxAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>connections.max.idle.ms</c>; <see cref="Timeout.InfiniteTimeSpan"/> keeps unused connections for ever.</summary>
    public TimeSpan ConnectionsMaxIdle { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary><c>send.buffer.bytes</c> and <c>receive.buffer.bytes</c>.</summary>
    public SocketBuffers Buffers { get; init; } = SocketBuffers.OfTheSystem;

    /// <summary><c>security.protocol</c>, <c>ssl.*</c> and <c>sasl.*</c>.</summary>
    public SecurityOptions Security { get; init; } = SecurityOptions.Plaintext;

    /// <summary>Where <see cref="Security"/> is read again while a client runs, for its next connections; null: nowhere.</summary>
    public ISecuritySource? Rotation { get; init; }

    /// <summary>Whom to share a login with, where cluster and identity are the same; null: nobody.</summary>
    public SharedLogins? Logins { get; init; }

    /// <summary>What the cluster is reached over.</summary>
    public INetwork Network { get; init; } = SocketNetwork.Shared;

    /// <summary>What is left to chance: back-offs, and which broker is asked. Used from many threads at a time.</summary>
    public Random Random
    {
        [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The default of those who do not inject one.")]
        get => field ?? Random.Shared;
        init;
    }
}
