using Heliostat.Configuration.Dialects.Connect;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Connect;

/// <summary>Connectors at one moment.</summary>
/// <param name="Connectors">As they are kept.</param>
/// <param name="Plan">What became of them.</param>
/// <param name="Wrong">Flows that cannot run, with why.</param>
/// <param name="Running">What runs for them.</param>
internal sealed record Herd(IReadOnlyList<KeptConnector> Connectors, HerdPlan Plan, IReadOnlyDictionary<FlowName, string> Wrong,
    IReadOnlyList<HerdedFlow> Running)
{
    /// <summary>Those of MirrorMaker 2, as they are kept.</summary>
    public IEnumerable<KeptConnector> Ours => Connectors.Where(kept => Plan.Places.ContainsKey(kept.Name));

    /// <summary>Those of MirrorMaker 2, as they are now; connectors of one flow come of one look at it.</summary>
    /// <param name="withSecrets">Their settings are shown as they were put.</param>
    public IReadOnlyList<Connector> All(bool withSecrets)
    {
        var looks = Running.ToDictionary(one => one, one => new Lazy<FlowSnapshot>(() => Look(one)));
        return [.. Ours.Select(kept => Of(kept, withSecrets, one => looks[one].Value))];
    }

    /// <summary>One of them; null where there is none of the name.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="withSecrets">Its settings are shown as they were put.</param>
    public Connector? Find(string name, bool withSecrets) => Ours.FirstOrDefault(kept => kept.Name == name) is { } kept
        ? Of(kept, withSecrets, Look)
        : null;

    /// <summary>A setting as everybody may see it.</summary>
    public static string Shown(string key, string value) => ConnectWorkerFile.IsSecret(key, value) ? "[hidden]" : value;

    private static FlowSnapshot Look(HerdedFlow runs) => runs.Flow.Snapshot(withLanes: true, withGroups: true);

    /// <summary>A checkpoint connector has the groups of all flows of its pair.</summary>
    private FlowSnapshot? Look(HerdPlan.Place place, Func<HerdedFlow, FlowSnapshot> look)
    {
        FlowSnapshot[] flows = [.. Running
            .Where(one => place.Kind == ConnectorKind.Checkpoint ? one.Options.Name.Pair == place.Flow : one.Options.Name == place.Flow)
            .OrderBy(one => one.Options.Name.Part is not null).Select(look)];
        return flows.Length <= 1 ? flows.FirstOrDefault() : flows[0] with
        {
            Groups = [.. flows.SelectMany(flow => flow.Groups).GroupBy(group => group.Group).Select(group => new GroupSnapshot(group.Key,
                [.. group.SelectMany(one => one.Positions).DistinctBy(position => (position.TargetTopic, position.Partition))]))],
        };
    }

    private Connector Of(KeptConnector kept, bool withSecrets, Func<HerdedFlow, FlowSnapshot> look)
    {
        var place = Plan.Places[kept.Name];
        var wrong = place.Refusal ?? Wrong.GetValueOrDefault(place.Flow);
        var flow = (wrong is null && !place.IsWaiting ? Look(place, look) : null) ?? new FlowSnapshot
        {
            Flow = $"{place.Flow}",
            Status = wrong is null ? FlowStatus.Starting : FlowStatus.Refused,
            Troubles = wrong is null ? [] : [new Trouble(TroubleKind.Refused, TroubleSide.Us, wrong)],
            Lanes = MirrorSnapshot.Empty,
        };
        var config = withSecrets ? kept.Config : kept.Config.ToDictionary(pair => pair.Key, pair => Shown(pair.Key, pair.Value));
        return new Connector(flow, place.Kind, kept.Name, config,
            new WantedState(kept.Target == TargetState.Paused, kept.Target == TargetState.Stopped));
    }
}
