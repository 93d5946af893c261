using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Policies;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Which topics a flow mirrors, by their names, and what it calls them: <c>MirrorSourceConnector.shouldReplicateTopic</c> of 4.3.1.
/// </summary>
internal sealed class TopicRules(ReplicationPolicy policy, NamingOptions naming, TopicSelection selection, bool replicateHeartbeats)
{
    /// <summary>The rules of a flow.</summary>
    public static TopicRules Of(FlowOptions flow) => new(Policy(flow.Naming), flow.Naming, flow.Selection, flow.Topics.ReplicateHeartbeats);

    /// <summary>The naming policy that a file asks for.</summary>
    public static ReplicationPolicy Policy(NamingOptions naming) => naming.Policy == ReplicationPolicyKind.Identity
        ? new IdentityReplicationPolicy(naming.SourceAlias, naming.Separator, naming.InternalSeparator)
        : new DefaultReplicationPolicy(naming.Separator, naming.InternalSeparator);

    /// <summary>Whether a mirror's name is the source's name with something before it, for each topic alike.</summary>
    public bool Prefixes => naming.Policy == ReplicationPolicyKind.Default;

    /// <summary>The name on the target.</summary>
    public string Remote(string topic) => policy.FormatRemoteTopic(naming.SourceAlias, topic);

    /// <summary>The name on the source of a mirrored topic; null where the policy cannot tell.</summary>
    public string? Upstream(string remote) => policy.TopicSource(remote) == naming.SourceAlias ? policy.UpstreamTopic(remote) : null;

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

        return policy.IsCycle(topic, naming.TargetAlias) ? LeftOutReason.Cycle : null;
    }

    /// <summary>Whether MirrorMaker 2 before 4.0 took the name for an internal one and never mirrored the topic.</summary>
    public bool WasInternal(string topic) =>
        topic.EndsWith("-internal", StringComparison.Ordinal)
        || topic.EndsWith(".internal", StringComparison.Ordinal)
        || topic.EndsWith(naming.InternalSeparator + "internal", StringComparison.Ordinal);

    /// <summary>State of Heliostat's own, which MirrorMaker 2 does not know: of use only on the cluster it is on.</summary>
    private static bool IsHeliostats(string topic) => topic.StartsWith("heliostat-", StringComparison.Ordinal) && topic.EndsWith(".internal", StringComparison.Ordinal);
}
