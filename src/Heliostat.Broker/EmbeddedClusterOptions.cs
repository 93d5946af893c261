using System.Diagnostics.CodeAnalysis;
using System.Net;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Network;

namespace Heliostat.Broker;

/// <summary>
/// What an <see cref="EmbeddedCluster"/> is to be like. The defaults make one broker in memory on a free port of the loopback address.
/// </summary>
public sealed record EmbeddedClusterOptions
{
    /// <summary>How many brokers; their ids count from 0.</summary>
    public int BrokerCount { get; init; } = 1;

    /// <summary>The address that the brokers listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The host name that metadata gives to clients; null for the address itself.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>The port of broker 0, and the ports after it those of the others; 0 takes free ones.</summary>
    public int FirstPort { get; init; }

    /// <summary>
    /// The ports of each broker, the first for the brokers' own <see cref="EmbeddedCluster.BootstrapServers"/>; empty: one without TLS and
    /// login, at <see cref="FirstPort"/>.
    /// </summary>
    public IReadOnlyList<EmbeddedListener> Listeners { get; init; } = [];

    /// <summary>Users and their passwords, for PLAIN and SCRAM; access keys and their secrets, for Amazon MSK's IAM.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary><c>connections.max.reauth.ms</c>: how long a login lasts at most; zero: as long as what was shown.</summary>
    public TimeSpan MaxReauth { get; init; }

    /// <summary>The rack of each broker (<c>broker.rack</c>); empty for none.</summary>
    public IReadOnlyList<string> Racks { get; init; } = [];

    /// <summary>The cluster's id; null makes one up.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Topics to create at the start.</summary>
    public IReadOnlyList<EmbeddedTopic> Topics { get; init; } = [];

    /// <summary>
    /// Settings of all brokers by Kafka's names, such as <c>num.partitions</c>, <c>auto.create.topics.enable</c> or
    /// <c>log.retention.ms</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> BrokerConfigs { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The feature <c>transaction.version</c>: 2 bumps a producer's epoch with every transaction (KIP-890), 0 and 1 do not.
    /// </summary>
    public short TransactionVersion { get; init; } = 2;

    /// <summary>
    /// Whether access rules decide who may do what; else they are only kept. Clients that do not log in and show no certificate are
    /// <c>User:ANONYMOUS</c>.
    /// </summary>
    public bool EnforceAcls { get; init; }

    /// <summary>Principals who may do everything where access rules decide, such as <c>User:ANONYMOUS</c>.</summary>
    public IReadOnlyCollection<string> SuperUsers { get; init; } = [];

    /// <summary>
    /// Where to keep everything across restarts; null keeps it in memory only. What was acknowledged survives the process, however it ends.
    /// The records that topics' <c>flush.messages</c> and <c>flush.ms</c> ask for are flushed to the disk; topics, settings and positions
    /// are when the cluster is closed.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>The most connections of each broker at a time.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>The most connections of each broker from one address (<c>max.connections.per.ip</c>).</summary>
    public int MaxConnectionsPerAddress { get; init; } = 2_000;

    /// <summary>A connection without traffic for this long is closed (<c>connections.max.idle.ms</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A request that claims to be larger closes its connection (<c>socket.request.max.bytes</c>).</summary>
    public int MaxRequestBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>
    /// A request of another API than Produce that claims to be larger closes its connection: what it lists takes more memory than its
    /// bytes.
    /// </summary>
    public int MaxOtherRequestBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The bytes that requests being read or served may hold together; when they are used up, reading waits.</summary>
    public long RequestMemoryBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The bytes that answers read from disk may hold together until they are sent; when they are used up, fetches wait.</summary>
    public long AnswerMemoryBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// How long a begun request may take to come in, or an answer to be taken, beside a second for each 16 KiB of it. Who holds memory that
    /// others wait for is closed sooner.
    /// </summary>
    public TimeSpan HalfOpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of everything in the cluster: timestamps, timeouts, retention.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// How far followers are behind their leader, at most: for so long what was appended is not visible, not acknowledged to
    /// <c>acks=all</c>, and lost with its leader. Zero: replicas have everything at once.
    /// </summary>
    internal TimeSpan ReplicationDelay { get; init; }

    /// <summary>
    /// The newest version of each API that is served, as an older Kafka does; those without one are not served. Null: all of them.
    /// </summary>
    internal IReadOnlyDictionary<ApiKey, short>? NewestVersions { get; init; }

    /// <summary>Where the brokers listen.</summary>
    public INetwork Network { get; init; } = SocketNetwork.Shared;

    /// <summary>What is left to chance: ids that are made up. Used from many threads at a time.</summary>
    public Random Random
    {
        [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The default of those who do not inject one.")]
        get => field ?? Random.Shared;
        init;
    }
}
