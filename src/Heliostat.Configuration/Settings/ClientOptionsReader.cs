using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Settings;

/// <summary>Makes client options from checked values.</summary>
internal static class ClientOptionsReader
{
    private const int MostInFlight = 5;

    /// <summary>Less would not hold one usual fetch answer and the batches in flight.</summary>
    private const long LeastBufferMemory = 8L << 20;

    /// <summary>The source's options; <paramref name="groupId"/> stands in where the values have no <c>group.id</c>.</summary>
    public static SourceClientOptions Source(SettingValues values, string? groupId, Findings findings)
    {
        var group = values.Text(ConsumerSettings.GroupId) ?? groupId ?? "";
        var heartbeat = values.Get(ConsumerSettings.HeartbeatInterval);
        var session = values.Get(ConsumerSettings.SessionTimeout);
        if (heartbeat >= session)
        {
            findings.Error(
                "heartbeat.interval.ms", $"{heartbeat.TotalMilliseconds} is not less than session.timeout.ms, which is {session.TotalMilliseconds}",
                values.Entry(ConsumerSettings.HeartbeatInterval) ?? values.Entry(ConsumerSettings.SessionTimeout));
        }

        var strategies = values.Get(ConsumerSettings.PartitionAssignmentStrategy);
        if (strategies.Count == 0)
        {
            findings.Error("partition.assignment.strategy", "is empty", values.Entry(ConsumerSettings.PartitionAssignmentStrategy));
        }

        return Cluster(values, findings, new SourceClientOptions
        {
            BootstrapServers = values.Get(ClusterSettings.BootstrapServers),
            GroupId = group,
            GroupInstanceId = values.Text(ConsumerSettings.GroupInstanceId),
            ClientRack = values.Text(ConsumerSettings.ClientRack),
            AutoOffsetReset = values.Get(ConsumerSettings.AutoOffsetReset),
            IsolationLevel = values.Get(ConsumerSettings.IsolationLevel),
            FetchMinBytes = values.Get(ConsumerSettings.FetchMinBytes),
            FetchMaxBytes = values.Get(ConsumerSettings.FetchMaxBytes),
            MaxPartitionFetchBytes = values.Get(ConsumerSettings.MaxPartitionFetchBytes),
            FetchMaxWait = values.Get(ConsumerSettings.FetchMaxWait),
            SessionTimeout = session,
            HeartbeatInterval = heartbeat,
            RebalanceTimeout = values.Get(ConsumerSettings.MaxPollInterval),
            PartitionAssignmentStrategy = strategies,
            CheckCrcs = values.Get(ConsumerSettings.CheckCrcs),
            DefaultApiTimeout = values.GetIfSet(ConsumerSettings.DefaultApiTimeout),
            ReceiveBufferBytes = values.Get(ConsumerSettings.ReceiveBuffer),
        });
    }

    public static TargetClientOptions Target(SettingValues values, Findings findings)
    {
        var inFlight = values.Get(ProducerSettings.MaxInFlight);
        if (inFlight > MostInFlight)
        {
            findings.Warning(
                "max.in.flight.requests.per.connection", $"{inFlight} is more than brokers can keep in order; {MostInFlight} is used", values.Entry(ProducerSettings.MaxInFlight));
        }

        if (values.Entry(ProducerSettings.Acks) is { } acks && values.Get(ProducerSettings.Acks) != "all")
        {
            findings.Notice(
                "acks", $"{acks.Value.Trim()}: all in-sync replicas acknowledge every batch, which is no less than asked for; min.insync.replicas of the target's topics counts",
                acks);
        }

        if (values.Entry(ProducerSettings.EnableIdempotence) is { } idempotence && !values.Get(ProducerSettings.EnableIdempotence))
        {
            findings.Notice("enable.idempotence", "false: the producer is idempotent all the same, which is no less than asked for", idempotence);
        }

        var bufferMemory = values.GetIfSet(ProducerSettings.BufferMemory);
        if (bufferMemory < LeastBufferMemory)
        {
            findings.Warning("buffer.memory", $"{bufferMemory} is less than a mirror needs; {LeastBufferMemory} is used", values.Entry(ProducerSettings.BufferMemory));
        }

        return Cluster(values, findings, new TargetClientOptions
        {
            BootstrapServers = values.Get(ClusterSettings.BootstrapServers),
            DeliveryTimeout = values.Get(ProducerSettings.DeliveryTimeout),
            TransactionTimeout = values.Get(ProducerSettings.TransactionTimeout),
            BatchSizeBytes = values.Get(ProducerSettings.BatchSize),
            MaxRequestSizeBytes = values.Get(ProducerSettings.MaxRequestSize),
            MaxInFlightRequestsPerConnection = Math.Min(inFlight, MostInFlight),
            CompressionType = values.GetIfSet(ProducerSettings.CompressionType),
            Retries = values.Get(ProducerSettings.Retries),
            MaxBlock = values.GetIfSet(ProducerSettings.MaxBlock),
            Linger = values.Get(ProducerSettings.Linger),
            BufferMemoryBytes = bufferMemory is { } asked ? Math.Max(asked, LeastBufferMemory) : null,
            ReceiveBufferBytes = values.Get(ProducerSettings.ReceiveBuffer),
        });
    }

    /// <summary>What every client has; the rest of <paramref name="options"/> stays.</summary>
    public static T Cluster<T>(SettingValues values, Findings findings, T options)
        where T : ClientOptions
    {
        var servers = values.Entry(ClusterSettings.BootstrapServers);
        if (string.IsNullOrWhiteSpace(servers?.Value))
        {
            findings.Error("bootstrap.servers", $"is missing: it names brokers of the {values.Cluster} cluster, host:port, separated by commas", servers ?? values.File);
        }

        var protocol = values.Get(ClusterSettings.SecurityProtocol);
        if (protocol != SecurityProtocol.Plaintext && values.Entry(ClusterSettings.SecurityProtocol) is { } asked)
        {
            findings.Error("security.protocol", $"'{asked.Value.Trim()}' is not available yet: only PLAINTEXT connections can be made", asked);
        }

        ClientOptions common = options;
        return (T)(common with
        {
            ClientId = values.Get(ClusterSettings.ClientId),
            SecurityProtocol = protocol,
            MetadataMaxAge = values.Get(ClusterSettings.MetadataMaxAge),
            RequestTimeout = values.Get(ClusterSettings.RequestTimeout),
            ConnectionsMaxIdle = values.Get(ClusterSettings.ConnectionsMaxIdle),
            ReconnectBackoff = values.Get(ClusterSettings.ReconnectBackoff),
            ReconnectBackoffMax = values.Get(ClusterSettings.ReconnectBackoffMax),
            RetryBackoff = values.Get(ClusterSettings.RetryBackoff),
            RetryBackoffMax = values.Get(ClusterSettings.RetryBackoffMax),
            SocketConnectionSetupTimeout = values.Get(ClusterSettings.ConnectionSetupTimeout),
            SendBufferBytes = values.Get(ClusterSettings.SendBuffer),
        });
    }
}
