using System.Net;
using Heliostat.Client.Fetching;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Options;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Clusters;

/// <summary>What the user asked for, in the words of the client library.</summary>
internal static class ClientSettings
{
    /// <summary>What the timers of the runtime take.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>Far below the largest frame that a connection takes.</summary>
    private const long LargestFetchBytes = 128 << 20;

    public static Client.ClientOptions Client(ClientOptions options, string cluster, string clientId) => new()
    {
        Cluster = cluster,
        BootstrapServers = [.. options.BootstrapServers.Select(server => new DnsEndPoint(server.Host, server.Port))],
        ClientId = clientId,
        RequestTimeout = Timer(options.RequestTimeout),
        CallTimeout = (options as SourceClientOptions)?.DefaultApiTimeout ?? DefaultCallTimeout,
        ConnectTimeout = Timer(options.SocketConnectionSetupTimeout),
        ReconnectBackOff = options.ReconnectBackoff,
        ReconnectBackOffMax = options.ReconnectBackoffMax,
        RetryBackOff = options.RetryBackoff,
        RetryBackOffMax = Timer(options.RetryBackoffMax),
        MetadataMaxAge = Timer(options.MetadataMaxAge),
        ConnectionsMaxIdle = options.ConnectionsMaxIdle < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : Timer(options.ConnectionsMaxIdle),
        SendBufferBytes = options.SendBufferBytes,
        ReceiveBufferBytes = options.ReceiveBufferBytes,
    };

    private static TimeSpan DefaultCallTimeout { get; } = new Client.ClientOptions { Cluster = "", BootstrapServers = [] }.CallTimeout;

    private static TimeSpan Timer(TimeSpan asked) => asked < ShortestTimer ? ShortestTimer : asked > LongestTimer ? LongestTimer : asked;

    /// <param name="options">How to read.</param>
    /// <param name="target">How to write: what may wait to be merged (<c>linger.ms</c>) waits on the source.</param>
    /// <param name="memoryBudgetBytes">What one fetcher may use.</param>
    public static FetchOptions Fetch(SourceClientOptions options, TargetClientOptions target, long memoryBudgetBytes) => new()
    {
        MinBytes = options.FetchMinBytes,
        MaxBytes = (int)Math.Min(options.FetchMaxBytes, Math.Clamp(memoryBudgetBytes / 8, 1024 * 1024, LargestFetchBytes)),
        MaxPartitionBytes = options.MaxPartitionFetchBytes,
        MaxWait = options.FetchMaxWait,
        IsolationLevel = (Client.IsolationLevel)options.IsolationLevel,
        Rack = options.ClientRack,
        Linger = target.Linger,
        LingerBytes = target.BatchSizeBytes,
    };

    public static ProducerOptions Producer(TargetClientOptions options) => new()
    {
        MaxRequestBytes = options.MaxRequestSizeBytes,
        MaxInFlight = options.MaxInFlightRequestsPerConnection,
        Retries = options.Retries,
        RequestTimeout = options.RequestTimeout,
        TransactionTimeout = options.TransactionTimeout,
        DeliveryTimeout = options.DeliveryTimeout.TotalMilliseconds >= int.MaxValue ? Timeout.InfiniteTimeSpan : options.DeliveryTimeout,
        RetryBackOff = options.RetryBackoff,
        RetryBackOffMax = options.RetryBackoffMax,
    };

    public static Client.Groups.GroupOptions Group(SourceClientOptions options, int stream) => new()
    {
        GroupId = options.GroupId,
        GroupInstanceId = options.GroupInstanceId is null || stream == 0 ? options.GroupInstanceId : $"{options.GroupInstanceId}-{stream}",
        ClientRack = options.ClientRack,
        Assignors = [.. options.PartitionAssignmentStrategy.Select(Assignor)],
        SessionTimeout = options.SessionTimeout,
        HeartbeatInterval = options.HeartbeatInterval,
        RebalanceTimeout = options.RebalanceTimeout,
    };

    public static CompressionCodec? Codec(CompressionType? compression) => compression switch
    {
        null => null,
        CompressionType.None => CompressionCodec.None,
        CompressionType.Gzip => CompressionCodec.Gzip,
        CompressionType.Snappy => CompressionCodec.Snappy,
        CompressionType.Lz4 => CompressionCodec.Lz4,
        _ => CompressionCodec.Zstd,
    };

    private static IAssignor Assignor(AssignmentStrategy strategy) => strategy switch
    {
        AssignmentStrategy.Range => Assignors.Range,
        AssignmentStrategy.RoundRobin => Assignors.RoundRobin,
        AssignmentStrategy.CooperativeSticky => Assignors.CooperativeSticky,
        _ => Assignors.Sticky,
    };
}
