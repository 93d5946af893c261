using System.Net;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Access rules of a bench's clusters: who may read a topic.</summary>
internal sealed class TopicAcls(FlowBench bench) : IAsyncDisposable
{
    private readonly Dictionary<string, KafkaClient> _clients = [];

    public async Task AddAsync(string alias, string topic, params string[] readers) =>
        await Admin(alias).CreateAclsAsync([.. readers.Select(reader => Rule(topic, reader).ToCreation())], CancellationToken.None);

    public async Task RemoveAsync(string alias, string topic, string reader) =>
        await Admin(alias).DeleteAclsAsync([Rule(topic, reader).ToFilter()], CancellationToken.None);

    /// <summary>Who may read the topic, by name.</summary>
    public async Task<string> OfAsync(string alias, string topic) => string.Join(
        ", ", TopicAcl.From(await Admin(alias).DescribeAclsAsync(TopicAcl.AnyTopic, CancellationToken.None))
            .Where(acl => acl.Topic == topic).Select(acl => acl.Principal).Order());

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }
    }

    private AdminClient Admin(string alias)
    {
        if (!_clients.TryGetValue(alias, out var client))
        {
            var broker = IPEndPoint.Parse(bench.Cluster(alias).BootstrapServers);
            var options = new ClientOptions
            {
                Cluster = alias,
                BootstrapServers = [new DnsEndPoint(broker.Address.ToString(), broker.Port)]
            };
            _clients[alias] = client = new KafkaClient(options, new FramePool(1024 * 1024), TimeProvider.System,
                NullLoggerFactory.Instance);
        }

        return new AdminClient(client, TimeProvider.System);
    }

    private static TopicAcl Rule(string topic, string reader) =>
        new(topic, PatternType.Literal, reader, "*", AclOperation.Read, AclPermission.Allow);
}
