using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Policies;
using Heliostat.Protocol;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.MirrorClient;

/// <summary>
/// Looks at a cluster that topics are mirrored to, be it by MirrorMaker 2 or by Heliostat: where its topics came from, where groups of the
/// source would go on, and which source offset is which target offset. It changes nothing. Safe for many callers. Calls throw a
/// <see cref="KafkaException"/>: <see cref="KafkaConnectionException"/> when the cluster cannot be reached,
/// <see cref="KafkaErrorException"/> when it refuses.
/// </summary>
public sealed partial class MirrorClient : IAsyncDisposable
{
    /// <summary>What reading may hold in memory at a time.</summary>
    private const long FrameBytes = 64L * 1024 * 1024;

    private readonly MirrorClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly KafkaClient _client;
    private readonly AdminClient _admin;

    /// <summary>Connects nothing yet, and logs nothing.</summary>
    public MirrorClient(MirrorClientOptions options)
        : this(options, TimeProvider.System, NullLoggerFactory.Instance)
    {
    }

    /// <summary>Connects nothing yet.</summary>
    public MirrorClient(MirrorClientOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<MirrorClient>();
        _client = new KafkaClient(options.Client, new FramePool(FrameBytes), time, loggers);
        _admin = new AdminClient(_client, time);
    }

    /// <summary>How mirrored topics are called.</summary>
    public ReplicationPolicy ReplicationPolicy => _options.ReplicationPolicy;

    /// <summary>
    /// How many mirrors lie between an upstream cluster and this one, by the shortest way that heartbeats take; null if none arrive from
    /// there.
    /// </summary>
    public async Task<int?> ReplicationHopsAsync(string upstreamClusterAlias, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(upstreamClusterAlias);
        return (await HeartbeatTopicsAsync(ct)).Min(topic =>
        {
            var hops = Sources(topic).TakeWhile(source => source != upstreamClusterAlias).Count() + 1;
            return hops <= Sources(topic).Count() ? hops : default(int?);
        });
    }

    /// <summary>The aliases of all clusters from which heartbeats arrive, directly or through others.</summary>
    public async Task<IReadOnlySet<string>> UpstreamClustersAsync(CancellationToken ct) =>
        (await HeartbeatTopicsAsync(ct)).SelectMany(Sources).ToHashSet();

    /// <summary>The topics with heartbeats, this cluster's own included.</summary>
    public Task<IReadOnlySet<string>> HeartbeatTopicsAsync(CancellationToken ct) => TopicsAsync(ReplicationPolicy.IsHeartbeatsTopic, ct);

    /// <summary>The topics with checkpoints.</summary>
    public Task<IReadOnlySet<string>> CheckpointTopicsAsync(CancellationToken ct) => TopicsAsync(ReplicationPolicy.IsCheckpointsTopic, ct);

    /// <summary>
    /// The topics that were mirrored here, as far as their names tell: with a policy that keeps names, all topics if the policy was given
    /// the source's alias, and none otherwise.
    /// </summary>
    public Task<IReadOnlySet<string>> RemoteTopicsAsync(CancellationToken ct) => TopicsAsync(IsRemote, ct);

    /// <summary>The topics that were mirrored here from one cluster directly.</summary>
    public Task<IReadOnlySet<string>> RemoteTopicsAsync(string sourceClusterAlias, CancellationToken ct) =>
        TopicsAsync(topic => IsRemote(topic) && ReplicationPolicy.TopicSource(topic) == sourceClusterAlias, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private async Task<IReadOnlySet<string>> TopicsAsync(Func<string, bool> accept, CancellationToken ct) =>
        (await _admin.ListTopicsAsync(ct))
            .Where(topic => !topic.IsInternal && topic.Name is not null && accept(topic.Name)).Select(topic => topic.Name!).ToHashSet();

    private bool IsRemote(string topic) => !ReplicationPolicy.IsInternalTopic(topic) && ReplicationPolicy.TopicSource(topic) is not null;

    /// <summary>
    /// The clusters that a topic came through, the nearest first; a policy that cannot tell them apart names the first one only.
    /// </summary>
    private IEnumerable<string> Sources(string topic)
    {
        HashSet<string> seen = [];
        var at = topic;
        while (at is not null && ReplicationPolicy.TopicSource(at) is { } source && seen.Add(source))
        {
            yield return source;
            at = ReplicationPolicy.UpstreamTopic(at);
        }
    }
}
