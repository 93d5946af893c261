using System.Net;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Clusters;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Scenarios.RealKafka.TopicSides;

/// <summary>One cluster as an administrator sees it.</summary>
internal sealed class AdminSide : IAsyncDisposable
{
    private readonly KafkaClient _client;

    public AdminSide(ITestCluster cluster, string name)
    {
        _client = new KafkaClient(
            new ClientOptions
            {
                Cluster = name,
                BootstrapServers = [.. cluster.BootstrapServers
                    .Split(',').Select(IPEndPoint.Parse).Select(e => new DnsEndPoint(e.Address.ToString(), e.Port))],
            },
            new FramePool(16 * 1024 * 1024), TimeProvider.System, NullLoggerFactory.Instance);
        Admin = new AdminClient(_client, TimeProvider.System);
    }

    public AdminClient Admin { get; }

    public async Task CreateAsync(string topic, int partitions, params string[] configs)
    {
        var request = new CreatableTopic
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = 1,
            Configs = [.. configs.Select(c => c.Split('=', 2)).Select(c => new CreatableTopicConfig { Name = c[0], Value = c[1] })],
        };
        var result = (await Admin.CreateTopicsAsync([request], validateOnly: false, CancellationToken.None))[0];
        Assert.True(result.ErrorCode == ErrorCode.None, $"{topic}: {result.ErrorCode} {result.ErrorMessage}");
        Assert.Empty(await Admin.AwaitLeadersAsync(new Dictionary<string, int> { [topic] = partitions }, TimeSpan.FromSeconds(60),
            CancellationToken.None));
    }

    public async Task AllowAsync(params TopicAcl[] acls)
    {
        foreach (var result in await Admin.CreateAclsAsync([.. acls.Select(acl => acl.ToCreation())], CancellationToken.None))
        {
            Assert.True(result.ErrorCode == ErrorCode.None, result.ErrorMessage);
        }
    }

    /// <summary>
    /// Everything that a mirror decides about topics, one line for each fact; internal topics of MirrorMaker 2 and Connect left out.
    /// </summary>
    public async Task<SortedSet<string>> FactsAsync(CancellationToken ct)
    {
        var facts = await TopicFactsAsync(ct);
        facts.UnionWith(TopicAcl.From(await Admin.DescribeAclsAsync(TopicAcl.AnyTopic, ct)).Select(acl => $"acl {acl}"));
        return facts;
    }

    public async Task<SortedSet<string>> TopicFactsAsync(CancellationToken ct)
    {
        var facts = new SortedSet<string>(StringComparer.Ordinal);
        var topics = (await Admin.ListTopicsAsync(ct)).Where(t => !t.IsInternal && !t.Name!.StartsWith("mm2", StringComparison.Ordinal)
            && !t.Name!.StartsWith("__", StringComparison.Ordinal)
            && !t.Name!.EndsWith("checkpoints.internal", StringComparison.Ordinal) && t.Name != "heartbeats").ToList();
        foreach (var topic in topics)
        {
            facts.Add($"topic {topic.Name}: {topic.Partitions.Count} partitions, {topic.Partitions[0].ReplicaNodes.Count} replicas");
        }

        foreach (var (name, described) in await new ConfigReader(Admin, "side").ReadAsync(topics.Select(t => t.Name!), ct))
        {
            facts.UnionWith(described.Configs.Where(c => c.Origin == ConfigOrigin.Topic).Select(c => $"config {name}: {c.Name}={c.Value}"));
        }

        return facts;
    }

    /// <summary>The internal topics of a mirror, without those of Connect that Heliostat has no use for.</summary>
    public async Task<SortedSet<string>> InternalTopicFactsAsync(CancellationToken ct)
    {
        var facts = new SortedSet<string>(StringComparer.Ordinal);
        var topics = (await Admin.ListTopicsAsync(ct)).Where(t => !t.IsInternal
            && (t.Name!.EndsWith(".internal", StringComparison.Ordinal) || t.Name.EndsWith("heartbeats", StringComparison.Ordinal))
            && !t.Name.StartsWith("mm2-configs", StringComparison.Ordinal) && !t.Name.StartsWith("mm2-status", StringComparison.Ordinal))
                .ToList();
        var configs = await new ConfigReader(Admin, "side").ReadAsync(topics.Select(t => t.Name!), ct);
        foreach (var topic in topics)
        {
            var own = configs[topic.Name!].Configs.Where(c => c.Origin == ConfigOrigin.Topic).Select(c => $", {c.Name}={c.Value}");
            facts.Add(
                $"topic {topic.Name}: {topic.Partitions.Count} partitions, "
                    + $"{topic.Partitions[0].ReplicaNodes.Count} replicas{string.Concat(own)}");
        }

        return facts;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
