using Heliostat.Configuration.Options;
using Heliostat.Configuration.Transforms;
using Heliostat.MirrorClient.Policies;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Rules;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Which topics a flow mirrors, by their names, and what it calls them: <c>MirrorSourceConnector.shouldReplicateTopic</c> of 4.3.1.
/// </summary>
internal sealed class TopicRules(ReplicationPolicy policy, NamingOptions naming, TopicSelection selection, bool replicateHeartbeats)
{
    /// <summary>The rules of a flow; what is done to records is all there only where the ids of its clusters are known.</summary>
    public static TopicRules Of(FlowOptions flow, ClusterPair clusters = default, SchemaIdTable? ids = null, JavaHost? java = null) =>
        new(ReplicationPolicy.Of(flow.Naming), flow.Naming, flow.Selection, flow.Topics.ReplicateHeartbeats)
        {
            Transforms = flow.Transforms,
            SchemaIds = ids,
            Java = java,
            Provenance = flow.Provenance,
            Delays = flow.Delays,
            Windows = flow.Window,
            Bounds = (flow.From, flow.Until, flow.UntilEnd),
            Residency = flow.Residency,
            KeepsOffsets = flow.Equal.Topics.Has,
            Clusters = clusters,
        };

    /// <summary>The header that tells where a record was first written.</summary>
    public ProvenanceKind Provenance { get; init; }

    /// <summary>Both clusters, where what is done to records depends on them.</summary>
    public ClusterPair Clusters { get; init; }

    /// <summary>Records tell where they were first written, and none is carried back there.</summary>
    public bool MarksOrigins => Provenance != ProvenanceKind.Off;

    /// <summary>What is done to topics and records on the way. Heartbeats go as they are: others look for them by their names.</summary>
    public TransformChain Transforms { get; init; } = TransformChain.None;

    /// <summary>What ids schemas have on the target; null where the registries are not asked.</summary>
    public SchemaIdTable? SchemaIds { get; init; }

    /// <summary>The JVM that is asked about records; null where none is, or rules are only looked at.</summary>
    public JavaHost? Java { get; init; }

    /// <summary>How old records are to be when they go.</summary>
    public TopicDelays Delays { get; init; } = TopicDelays.None;

    /// <summary>When records go; null for at any time.</summary>
    public TimeWindows? Windows { get; init; }

    /// <summary>Where lanes begin and end, and whether those that are not told of end where their logs do.</summary>
    public (TopicBounds From, TopicBounds Until, bool UntilEnd) Bounds { get; init; } = (TopicBounds.None, TopicBounds.None, false);

    /// <summary>What may not go to the target.</summary>
    public Residency Residency { get; init; } = Residency.Free;

    /// <summary>Whether the records of a topic have the same offsets on both sides.</summary>
    public Func<string, bool> KeepsOffsets { get; init; } = static _ => false;

    /// <summary>Topics may be given names that the policy does not give.</summary>
    public bool IsRenaming => Transforms.Renames || !naming.Renames.IsEmpty;

    /// <summary>Whether a mirror's name is the source's name with something before it, for each topic alike.</summary>
    public bool Prefixes => naming.Policy == ReplicationPolicyKind.Default && !IsRenaming;

    /// <summary>What the flow's source and target are called in names.</summary>
    public NamingOptions Naming => naming;

    /// <summary>What names of topics with checkpoints end in.</summary>
    public string CheckpointsSuffix { get; } = policy.CheckpointsTopic("");

    /// <summary>Entries of <c>topics</c> that match none of the source's topics.</summary>
    public IReadOnlyList<string> Unmatched(IReadOnlyCollection<string> topics) => selection.Unmatched(topics);

    /// <summary>Whether <c>topics</c> names it, whatever <c>topics.exclude</c> says.</summary>
    public bool Names(string topic) => selection.Names(topic);

    /// <summary>Whether <c>topics</c> names it and <c>topics.exclude</c> does not.</summary>
    public bool Selects(string topic) => selection.Includes(topic);

    /// <summary>Whether it is a heartbeats topic, or by its name the mirror of one.</summary>
    public bool IsHeartbeats(string topic) => policy.IsHeartbeatsTopic(topic);

    /// <summary>
    /// The aliases that a name begins with, the cluster that it came from last before the others; none where the policy cannot tell.
    /// </summary>
    public IEnumerable<string> Hops(string topic)
    {
        while (policy.TopicSource(topic) is { } source && policy.UpstreamTopic(topic) is { } upstream && upstream != topic)
        {
            yield return source;
            topic = upstream;
        }
    }

    /// <summary>The name on the target.</summary>
    public string Remote(string topic) => IsHeartbeats(topic) ? Named(topic) : Transforms.NameOf(Named(topic));

    /// <summary>What is done to the records of a lane; null where they go as they are.</summary>
    public RecordRules? Records(TopicPartition lane) => IsHeartbeats(lane.Topic)
        ? null
        : RecordRules.Of(Transforms.On(lane.Topic), Named(lane.Topic), lane.Partition, Origin(lane.Topic), SchemaIds,
            Java is null ? null : new JavaLane(Java, lane.Topic));

    /// <summary>How old the records of a topic are to be when they go; heartbeats go at any age.</summary>
    public TimeSpan Delay(string topic) => IsHeartbeats(topic) ? TimeSpan.Zero : Delays.Of(topic);

    /// <summary>When records of a topic go; null for at any time, and of heartbeats.</summary>
    public TimeWindows? Window(string topic) => IsHeartbeats(topic) ? null : Windows;

    /// <summary>
    /// Where lanes of a topic begin that no position is stored of; null for what <c>auto.offset.reset</c> says, and of heartbeats.
    /// </summary>
    public LogBound? From(string topic) => IsHeartbeats(topic) ? null : Bounds.From.Of(topic);

    /// <summary>Where lanes of a topic end; null where they do not.</summary>
    public LogBound? Until(string topic) =>
        (IsHeartbeats(topic) ? null : Bounds.Until.Of(topic)) ?? (Bounds.UntilEnd ? LogBound.End : null);

    /// <summary>The steps that the records of a topic go through.</summary>
    public IEnumerable<Transform> Steps(string topic) =>
        IsHeartbeats(topic) ? [] : Transforms.On(topic).Of(Named(topic)).Select(step => step.Step);

    /// <summary>The name on the source of a mirrored topic; null where the policy cannot tell.</summary>
    public string? Upstream(string remote) =>
        IsRenaming ? null : policy.TopicSource(remote) == naming.SourceAlias ? policy.UpstreamTopic(remote) : null;

    /// <summary>Whether topics of this name are mirrored, if there are any.</summary>
    public bool Mirrors(string topic) => WhyNot(topic) is null;

    /// <summary>Why topics of this name are not mirrored; null where they are.</summary>
    public LeftOutReason? WhyNot(string topic)
    {
        if (policy.IsInternalTopic(topic) || IsHeliostats(topic))
        {
            return LeftOutReason.Internal;
        }

        if (!selection.Includes(topic) && !(replicateHeartbeats && policy.IsHeartbeatsTopic(topic)))
        {
            return selection.Excludes(topic) ? LeftOutReason.Excluded : LeftOutReason.NotIncluded;
        }

        return policy.IsCycle(topic, naming.TargetAlias) ? LeftOutReason.Cycle
            : Residency.Denies(topic) is not null ? LeftOutReason.Denied
            : null;
    }

    /// <summary>More about why topics of this name are not mirrored; null where there is no more to say.</summary>
    public string? Detail(string topic, LeftOutReason why) => why switch
    {
        LeftOutReason.Internal => WhyInternal(topic),
        LeftOutReason.Denied => $"heliostat.residency.deny = {Residency.Denies(topic)}",
        _ => null,
    };

    /// <summary>Why a name is an internal one, and what can be done about it; null where it is none.</summary>
    public string? WhyInternal(string topic) =>
        topic.StartsWith("__",
            StringComparison.Ordinal) ? "Kafka's own, by the two underscores: no mirror copies it; what groups have committed follows "
                + "through checkpoints"
        : topic.StartsWith('.') ? "internal by its first dot, as in MirrorMaker 2: only another name changes that"
        : IsHeliostats(topic) ? "state of a mirror, of use only on its own cluster"
        : policy.IsInternalTopic(topic) ? "state of a mirror by its name, of use only on its own cluster: only another name changes that"
        : null;

    /// <summary>Whether MirrorMaker 2 before 4.0 took the name for an internal one and never mirrored the topic.</summary>
    public bool WasInternal(string topic) =>
        topic.EndsWith("-internal", StringComparison.Ordinal)
        || topic.EndsWith(".internal", StringComparison.Ordinal)
        || topic.EndsWith(naming.InternalSeparator + "internal", StringComparison.Ordinal);

    private string Named(string topic) =>
        (IsHeartbeats(topic) ? null : naming.Renames.Of(topic, naming.SourceAlias)) ?? policy.FormatRemoteTopic(naming.SourceAlias, topic);

    private ProvenanceRule? Origin(string topic) =>
        MarksOrigins && Clusters is { Source: { Length: > 0 } here, Target: { Length: > 0 } there }
            ? new ProvenanceRule(Provenance, (here, topic), (there, Remote(topic))) : null;

    /// <summary>State of Heliostat's own, which MirrorMaker 2 does not know: of use only on the cluster it is on.</summary>
    private static bool IsHeliostats(string topic) =>
        topic.StartsWith("heliostat-", StringComparison.Ordinal) && topic.EndsWith(".internal", StringComparison.Ordinal);
}
