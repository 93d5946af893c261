using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The internal topics of a flow that only follow the records: no lane waits for one of them longer than a moment, and what is written to
/// one waits until it stands and is read.
/// </summary>
internal sealed class FlowFollowers
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private readonly FlowOptions _flow;
    private readonly FlowClients _clients;
    private readonly FlowScope _scope;
    private readonly List<AdvisoryTopic> _all = [];

    /// <param name="flow">The flow.</param>
    /// <param name="names">Of its topics.</param>
    /// <param name="clients">Of both clusters.</param>
    /// <param name="state">Takes in what the topics hold.</param>
    /// <param name="scope">The flow's.</param>
    public FlowFollowers(FlowOptions flow, FlowTopicNames names, FlowClients clients, FlowState state, FlowScope scope)
    {
        (_flow, _clients, _scope) = (flow, clients, scope);
        Heartbeats = Of(names, names.Heartbeats, read: null);
        Checkpoints = Of(names, names.Checkpoints, ct => state.ReadCheckpointsAsync(missingIsEmpty: false, ct));
        OffsetSyncs = Of(names, names.OffsetSyncs, ct => state.ReadOffsetSyncsAsync(missingIsEmpty: false, ct));
    }

    /// <summary>Null where the flow writes none.</summary>
    public AdvisoryTopic? Heartbeats { get; }

    /// <summary>Null where the flow writes none.</summary>
    public AdvisoryTopic? Checkpoints { get; }

    /// <summary>Null where the flow writes none.</summary>
    public AdvisoryTopic? OffsetSyncs { get; }

    /// <summary>Why the flow does without one of them now; null where it has all.</summary>
    public Trouble? Trouble => _all.Select(topic => topic.Trouble).FirstOrDefault(trouble => trouble is not null);

    /// <summary>Makes all of them stand, reads them, and stays, until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => _all.Count == 0 ? Task.Delay(Timeout.InfiniteTimeSpan, _scope.Time, ct)
        : LoopEnds.FirstEndsAllAsync(_all.Select(topic => (Func<CancellationToken, Task>)topic.RunAsync), ct);

    /// <inheritdoc cref="AdvisoryTopic.EnsuredSoonAsync"/>
    public Task EnsuredSoonAsync(CancellationToken ct) => Settling.AllAsync(_all.Select(topic => topic.EnsuredSoonAsync(ct)));

    /// <summary>What is stored in them is the last word: reads it, and ends when it is read, and after a moment in any case.</summary>
    public Task ReadSoonAsync(CancellationToken ct)
    {
        _all.ForEach(topic => topic.Begin());
        return Settling.AllAsync(_all.Select(topic => topic.ReadSoonAsync(ct)));
    }

    private AdvisoryTopic? Of(FlowTopicNames names, InternalTopic topic, Func<CancellationToken, Task>? read)
    {
        var isOnSource = names.OnSource.Contains(topic);
        if (!isOnSource && !names.OnTarget.Contains(topic))
        {
            return null;
        }

        var made = new AdvisoryTopic(topic, isOnSource ? _flow.Name.Source : _flow.Name.Target, ct => EnsureAsync(topic, isOnSource, ct),
            new BackOff(FirstRetry, LastRetry, _clients.Source.Options.Random), _scope.Time, _scope.Logger)
        { Read = read };
        _all.Add(made);
        return made;
    }

    private async Task EnsureAsync(InternalTopic topic, bool isOnSource, CancellationToken ct)
    {
        var client = isOnSource ? _clients.SourceMaker() : _clients.TargetMaker();
        try
        {
            await new InternalTopicCreation(new AdminClient(client, _scope.Time), isOnSource ? _flow.Name.Source : _flow.Name.Target,
                _flow.AdminTimeout, _scope.Logger).EnsureAsync([topic], ct);
        }
        finally
        {
            await _clients.CloseAsync(client);
        }
    }
}
