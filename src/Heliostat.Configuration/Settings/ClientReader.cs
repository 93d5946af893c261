using Heliostat.Client;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Settings;

/// <summary>Makes the options of clients from checked values, and looks at what no single value shows.</summary>
/// <param name="java">What people pass to a JVM.</param>
/// <param name="findings">Where problems go.</param>
/// <param name="rotation">Where the security of clients is kept that is read again while they run; null: nowhere.</param>
internal sealed class ClientReader(JavaEnvironment java, Findings findings, SecurityRotation? rotation)
{
    private readonly SecurityReader _security = new(java, findings);
    private readonly SharedLogins _logins = new();

    /// <summary>The source's options; <paramref name="groupId"/> stands in where the values have no <c>group.id</c>.</summary>
    public SourceOptions Source(SettingValues values, string? groupId)
    {
        var source = values.Fill(ConsumerSettings.Options.Defaults with { Client = Client(values) });
        var (heartbeat, session) = (source.Group.HeartbeatInterval, source.Group.SessionTimeout);
        if (heartbeat >= session)
        {
            findings.Error(
                "heartbeat.interval.ms",
                $"{heartbeat.TotalMilliseconds} is not less than session.timeout.ms, which is {session.TotalMilliseconds}",
                values.Entry(ConsumerSettings.HeartbeatInterval) ?? values.Entry(ConsumerSettings.SessionTimeout));
        }

        if (source.Group.Assignors.Count == 0)
        {
            findings.Error("partition.assignment.strategy", "is empty", values.Entry(ConsumerSettings.PartitionAssignmentStrategy));
        }

        foreach (var policy in LossSettings.All)
        {
            if (values.Entry(policy) is { } entry && values.Get(policy).May(LossAction.DeadLetter))
            {
                findings.Error(entry.Key, $"says {LossAction.DeadLetter.Name()}, which takes a file of MirrorMaker 2's kind", entry);
            }
        }

        return source.Group.GroupId.Length > 0 || groupId is null
            ? source
            : source with { Group = source.Group with { GroupId = groupId } };
    }

    /// <summary>What is done where records were lost.</summary>
    public static LossPolicies Losses(SettingValues values) =>
        LossSettings.All.Any(s => values.Entry(s) is not null)
            ? new LossPolicies(kind => values.Get(LossSettings.All[(int)kind]))
            : LossPolicies.Default;

    public TargetOptions Target(SettingValues values)
    {
        if (values.Entry(ProducerSettings.MaxInFlight) is { } many
            && values.Get(ProducerSettings.MaxInFlight) is > ProducerOptions.MostInFlight and var inFlight)
        {
            findings.Warning(many.Key, $"{inFlight} is more than brokers can keep in order; {ProducerOptions.MostInFlight} is used", many);
        }

        if (values.Entry(ProducerSettings.Acks) is { } acks && values.Get(ProducerSettings.Acks) != "all")
        {
            findings.Notice(
                "acks",
                $"{acks.Value.Trim()}: all in-sync replicas acknowledge every batch, which is no less than asked for; min.insync.replicas "
                    + "of the target's topics counts",
                acks);
        }

        if (values.Entry(ProducerSettings.EnableIdempotence) is { } idempotence && !values.Get(ProducerSettings.EnableIdempotence))
        {
            findings.Notice("enable.idempotence", "false: the producer is idempotent all the same, which is no less than asked for",
                idempotence);
        }

        if (values.Entry(ProducerSettings.BufferMemory) is { } memory
            && values.Get(ProducerSettings.BufferMemory) is < MemoryBudget.LeastBytes and var bytes)
        {
            findings.Warning(memory.Key, $"{bytes} is less than a mirror needs; {MemoryBudget.LeastBytes} is used", memory);
        }

        var client = Client(values);
        var target = values.Fill(ProducerSettings.Options.Defaults with { Client = client });
        return target with
        {
            Producer = target.Producer with
            {
                RequestTimeout = client.RequestTimeout,
                RetryBackOff = client.RetryBackOff,
                RetryBackOffMax = client.RetryBackOffMax
            },
        };
    }

    /// <summary>What every client has.</summary>
    public ClientOptions Client(SettingValues values)
    {
        var servers = values.Entry(ClusterSettings.BootstrapServers);
        if (string.IsNullOrWhiteSpace(servers?.Value))
        {
            var former = values.Entry("zookeeper.connect") ?? values.Entry("metadata.broker.list");
            var instead = former is null
                ? ""
                : $"; '{former.Key}' in line {former.Line} is of Kafka 0.8: its place took 'bootstrap.servers={Brokers(former)}'";
            findings.Error("bootstrap.servers",
                $"is missing: it names brokers of the {values.Cluster} cluster, host:port, separated by commas{instead}",
                servers ?? values.File);
        }

        var security = _security.Read(values);
        return values.Fill(ClusterSettings.Options.Defaults with
        {
            Cluster = values.Cluster,
            Security = security,
            Logins = _logins,
            Rotation = rotation?.Add(values.Client, values.Cluster, security, values.Get(SecuritySettings.Refresh)),
        });
    }

    /// <summary>What to write instead: the brokers that were named, or some broker of the cluster that the ZooKeeper belonged to.</summary>
    private static string Brokers(PropertyEntry former) => former.Key == "metadata.broker.list" ? former.Value.Trim() : "HOST:9092";
}
