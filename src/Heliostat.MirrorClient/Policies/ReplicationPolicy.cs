using Heliostat.Configuration.Options;

namespace Heliostat.MirrorClient.Policies;

/// <summary>
/// What mirrored and internal topics are called, and what a name says about where a topic came from: MirrorMaker 2's
/// <c>ReplicationPolicy</c>, as Apache Kafka 4.3.1 has it. Pure; safe for any number of threads.
/// </summary>
public abstract class ReplicationPolicy
{
    /// <summary>The policy that a file asks for.</summary>
    internal static ReplicationPolicy Of(NamingOptions naming) => naming.Policy == ReplicationPolicyKind.Identity
        ? new IdentityReplicationPolicy(naming.SourceAlias is { Length: > 0 } alias ? alias : null, naming.Separator,
            naming.InternalSeparator)
        : new DefaultReplicationPolicy(naming.Separator, naming.InternalSeparator);

    /// <summary>The name of a source cluster's topic on the target.</summary>
    public abstract string FormatRemoteTopic(string sourceClusterAlias, string topic);

    /// <summary>
    /// The alias of the cluster that a remote topic was mirrored from; null if the topic is not remote, or the policy cannot tell.
    /// </summary>
    public abstract string? TopicSource(string topic);

    /// <summary>The name of a remote topic on the cluster it was mirrored from; null if the topic is not remote.</summary>
    public abstract string? UpstreamTopic(string topic);

    /// <summary>The name of a topic on the cluster where it was first written, found by walking upstream.</summary>
    public string OriginalTopic(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        while (UpstreamTopic(topic) is { } upstream && upstream != topic)
        {
            topic = upstream;
        }

        return topic;
    }

    /// <summary>The topic that heartbeats are written to.</summary>
    public virtual string HeartbeatsTopic => "heartbeats";

    /// <summary>The offset-syncs topic, named after the cluster at the other end of the flow.</summary>
    public virtual string OffsetSyncsTopic(string clusterAlias) => $"mm2-offset-syncs.{clusterAlias}.internal";

    /// <summary>The topic of the checkpoints of a source cluster's groups.</summary>
    public virtual string CheckpointsTopic(string clusterAlias) => $"{clusterAlias}.checkpoints.internal";

    /// <summary>Whether a topic is the heartbeats topic, or a mirror of one.</summary>
    public bool IsHeartbeatsTopic(string topic) => OriginalTopic(topic) == HeartbeatsTopic;

    /// <summary>Whether a topic holds checkpoints.</summary>
    public virtual bool IsCheckpointsTopic(string topic) => EndsWith(topic, ".checkpoints.internal");

    /// <summary>Whether a topic is one of MirrorMaker 2's own: never mirrored.</summary>
    public virtual bool IsMm2InternalTopic(string topic) =>
        (StartsWith(topic, "mm2") && EndsWith(topic, ".internal")) || IsCheckpointsTopic(topic);

    /// <summary>Whether a topic is internal to Kafka or to MirrorMaker 2: never mirrored, whatever the topic filter says.</summary>
    public bool IsInternalTopic(string topic) => IsMm2InternalTopic(topic) || StartsWith(topic, "__") || StartsWith(topic, ".");

    /// <summary>
    /// Whether mirroring a topic to a target would bring it back to where it has been: some step of its way upstream is that target.
    /// A policy that keeps names cannot tell, and never says so.
    /// </summary>
    public bool IsCycle(string topic, string targetClusterAlias)
    {
        ArgumentNullException.ThrowIfNull(topic);
        while (TopicSource(topic) is { } source)
        {
            if (source == targetClusterAlias)
            {
                return true;
            }

            var upstream = UpstreamTopic(topic);
            if (upstream is null || upstream == topic)
            {
                return false;
            }

            topic = upstream;
        }

        return false;
    }

    private protected static bool StartsWith(string topic, string prefix)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.StartsWith(prefix, StringComparison.Ordinal);
    }

    private protected static bool EndsWith(string topic, string suffix)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.EndsWith(suffix, StringComparison.Ordinal);
    }
}
