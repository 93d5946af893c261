using System.Text;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Scenarios.RealKafka.TopicSides;

/// <summary>What a flow does about topics, without the flow.</summary>
internal sealed class FlowSyncs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConfigSync _configs;
    private readonly AclSync _acls;

    public FlowSyncs(string file, AdminSide source, AdminSide target)
    {
        var flow = MirrorMaker2Configuration.Of(JavaProperties.Parse(Encoding.Latin1.GetBytes(file), "mm2.properties"), "mm2.properties",
            [], _ => null).ToFile().Flows.Single(f => f.Enabled);
        var sides = SideNames.Of(flow.Name);
        Topics = new TopicSync(flow, new TopicRings([flow]), source.Admin, target.Admin, TimeProvider.System, NullLogger.Instance);
        _configs = new ConfigSync(
            new ConfigRules(flow.Topics.ConfigPropertiesExclude, flow.Topics.UseDefaultsFromSource), sides, source.Admin, target.Admin,
            TimeProvider.System, NullLogger.Instance);
        _acls = new AclSync(
            new AclRules(TopicRules.Of(flow), flow.Topics.SyncPrefixedAcls), sides, flow.Topics.RemoveAcls, new AclLedger(), source.Admin,
            target.Admin, TimeProvider.System, NullLogger.Instance);
    }

    public TopicSync Topics { get; }

    public Task<ConfigPlan> PlanConfigsAsync(CancellationToken ct) => _configs.PlanAsync(Topics.Standing, ct);

    public async Task<ConfigReport> ConfigsAsync(CancellationToken ct) => await _configs.ApplyAsync(await PlanConfigsAsync(ct), ct);

    public Task<AclPlan> PlanAclsAsync(CancellationToken ct) => _acls.PlanAsync(Topics.Current.Mirrored, ct);

    public async Task<AclReport> AclsAsync(CancellationToken ct) => await _acls.ApplyAsync(await PlanAclsAsync(ct), ct);

    /// <summary>Rounds until <paramref name="done"/> says so of the topics that are ready.</summary>
    public async Task<IReadOnlyList<ReadyTopic>> ReadyAsync(Func<IReadOnlyList<ReadyTopic>, bool> done, CancellationToken ct) =>
        (await Eventually.ValueAsync("topics to be ready", Patience,
            async token => new Round(await Topics.SyncAsync(token), Topics.Failures), round => done(round.Ready), ct)).Ready;

    private sealed record Round(IReadOnlyList<ReadyTopic> Ready, IReadOnlyDictionary<string, RetryClock.Failure> Failures)
    {
        public override string ToString() =>
            $"ready: {string.Join(", ", Ready.Select(r => r.Topic.Remote))}; not: "
                + $"{string.Join(", ", Failures.Values.Select(f => f.Cause))}";
    }
}
