using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Clusters;

/// <summary>
/// The clients of a flow, one for each role that the file can set apart, with the client ids of MirrorMaker 2 (KAFKA-14838) so that quotas
/// and request logs keep their meaning.
/// </summary>
internal sealed class FlowClients : IAsyncDisposable
{
    private readonly FlowOptions _flow;
    private readonly FramePool _frames;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly Lock _gate = new();
    private readonly List<KafkaClient> _all = [];

    public FlowClients(FlowOptions flow, FramePool frames, TimeProvider time, ILoggerFactory loggers)
    {
        _flow = flow;
        _frames = frames;
        _time = time;
        _loggers = loggers;
        var refresh = flow.Topics.RefreshInterval is { } every && every < flow.SourceConsumer.Client.MetadataMaxAge
            ? every
            : flow.SourceConsumer.Client.MetadataMaxAge;
        Source = Open(flow.SourceConsumer.Client with { MetadataMaxAge = refresh }, "MirrorSourceConnector-0", "replication-consumer");
        SourceAdmin = Open(flow.SourceAdmin, "MirrorSourceConnector", "replication-source-admin");
        TargetAdmin = Open(flow.TargetAdmin, "MirrorSourceConnector", "replication-target-admin");
        Control = Open(flow.DataProducer.Client, "MirrorCheckpointConnector-0", "checkpoints-target-producer");
        Syncs = flow.OffsetSyncs.Location == OffsetSyncsLocation.Source
            ? Open(flow.OffsetSyncsProducer.Client, "MirrorSourceConnector-0", "offset-syncs-source-producer")
            : Open(flow.OffsetSyncsProducer.Client, "MirrorSourceConnector-0", "offset-syncs-target-producer");
        Source.Metadata.TrackAll();
        OnSource = PromptAdmin.Of(SourceAdmin, time);
        OnTarget = PromptAdmin.Of(TargetAdmin, time);
    }

    /// <summary>Reads what is mirrored, and knows all topics of the source.</summary>
    public KafkaClient Source { get; }

    public KafkaClient SourceAdmin { get; }

    public KafkaClient TargetAdmin { get; }

    /// <summary>Administrative requests to the source, through <see cref="SourceAdmin"/>.</summary>
    public AdminClient OnSource { get; }

    /// <summary>Administrative requests to the target, through <see cref="TargetAdmin"/>.</summary>
    public AdminClient OnTarget { get; }

    /// <summary>Writes heartbeats and checkpoints.</summary>
    public KafkaClient Control { get; }

    /// <summary>Writes offset syncs, on the side where the file wants them.</summary>
    public KafkaClient Syncs { get; }

    /// <summary>Asks both clusters once, without waiting for one that does not answer.</summary>
    /// <exception cref="KafkaConnectionException">One does not.</exception>
    public async Task<(MetadataSnapshot Source, MetadataSnapshot Target)> AskAsync(CancellationToken ct)
    {
        var source = AskAsync(SourceAdmin.Options, _frames, _time, _loggers, ct);
        var target = AskTargetAsync(ct);
        await Settling.AllAsync(source, target);
        return (await source, await target);
    }

    /// <summary>Asks the target once, without waiting when it does not answer.</summary>
    /// <exception cref="KafkaConnectionException">It does not.</exception>
    public Task<MetadataSnapshot> AskTargetAsync(CancellationToken ct) => AskAsync(TargetAdmin.Options, _frames, _time, _loggers, ct);

    /// <summary>Asks a cluster once, without waiting when it does not answer: somebody does.</summary>
    /// <exception cref="KafkaConnectionException">It does not.</exception>
    public static async Task<MetadataSnapshot> AskAsync(ClientOptions options, FramePool frames, TimeProvider time, ILoggerFactory loggers,
        CancellationToken ct)
    {
        await using var client = new KafkaClient(options with { CallTimeout = TimeSpan.Zero }, frames, time, loggers);
        return await client.Metadata.RefreshAsync(ct);
    }

    /// <summary>One more client for the target: what is a member of the flow's group.</summary>
    public KafkaClient Worker() => Open(_flow.TargetAdmin, "MirrorSourceConnector", "worker");

    /// <summary>One more client for the target: what a task slot writes with.</summary>
    public KafkaClient Target(int slot) => Open(_flow.DataProducer.Client, $"MirrorSourceConnector-{slot}", "replication-producer");

    /// <summary>One more client that reads mirrored topics of the target.</summary>
    public KafkaClient TailReader() => Open(_flow.TargetConsumer.Client, "MirrorSourceConnector-0", "replication-tail-consumer");

    /// <summary>One more client that reads topics of the source.</summary>
    public KafkaClient SourceReader() => Open(_flow.SourceConsumer.Client, "MirrorSourceConnector-0", "replication-tail-consumer");

    /// <summary>One more client that reads an internal topic of the target.</summary>
    public KafkaClient TargetReader() => Open(_flow.TargetConsumer.Client, "MirrorCheckpointConnector-0", "checkpoints-target-consumer");

    /// <summary>
    /// One more client that has topics of the source made: what is asked behind a request on its connection waits for that one's answer.
    /// </summary>
    public KafkaClient SourceMaker() => Open(_flow.SourceAdmin, "MirrorSourceConnector", "replication-source-admin");

    /// <summary>The same for topics of the target.</summary>
    public KafkaClient TargetMaker() => Open(_flow.TargetAdmin, "MirrorSourceConnector", "replication-target-admin");

    /// <summary>One more client that reads the offset syncs, where they are.</summary>
    public KafkaClient SyncsReader() => _flow.OffsetSyncs.Location == OffsetSyncsLocation.Source
        ? Open(_flow.SourceConsumer.Client, "MirrorCheckpointConnector-0", "offset-syncs-source-consumer")
        : Open(_flow.TargetConsumer.Client, "MirrorCheckpointConnector-0", "offset-syncs-target-consumer");

    /// <summary>Keeps the metadata of those clients fresh that others follow leaders by.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> Refreshes => [Source.RunAsync, Control.RunAsync, Syncs.RunAsync];

    public async ValueTask DisposeAsync()
    {
        KafkaClient[] all;
        lock (_gate)
        {
            all = [.. _all];
        }

        foreach (var client in all)
        {
            await client.DisposeAsync();
        }
    }

    /// <summary>Disposes of one that is not needed any more.</summary>
    public ValueTask CloseAsync(KafkaClient client)
    {
        lock (_gate)
        {
            _all.Remove(client);
        }

        return client.DisposeAsync();
    }

    private KafkaClient Open(ClientOptions options, string connector, string role)
    {
        var user = options.ClientId == ClientOptions.DefaultClientId ? "" : options.ClientId + "|";
        var client = new KafkaClient(options with { ClientId = $"{user}{_flow.Name}|{connector}|{role}" }, _frames, _time, _loggers);
        lock (_gate)
        {
            _all.Add(client);
        }

        return client;
    }
}
