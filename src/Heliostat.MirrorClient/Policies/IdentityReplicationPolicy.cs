namespace Heliostat.MirrorClient.Policies;

/// <summary>
/// Remote topics keep their names, except those that end in <c>heartbeats</c>: they are named as <see cref="DefaultReplicationPolicy"/>
/// does.
/// </summary>
public sealed class IdentityReplicationPolicy : DefaultReplicationPolicy
{
    private readonly string? _sourceClusterAlias;

    /// <summary>Separators are dots; with no alias (<c>source.cluster.alias</c>) no topic is taken for a remote one.</summary>
    public IdentityReplicationPolicy(string? sourceClusterAlias) => _sourceClusterAlias = sourceClusterAlias;

    /// <summary>
    /// Every topic is taken for one of the source, if its alias is given; the separators name heartbeats and internal topics.
    /// </summary>
    public IdentityReplicationPolicy(string? sourceClusterAlias, string separator, string internalSeparator)
        : base(separator, internalSeparator) => _sourceClusterAlias = sourceClusterAlias;

    /// <inheritdoc/>
    public override string FormatRemoteTopic(string sourceClusterAlias, string topic) =>
        LooksLikeHeartbeats(topic) ? base.FormatRemoteTopic(sourceClusterAlias, topic) : topic;

    /// <summary>The alias that the policy was given, for every topic.</summary>
    public override string? TopicSource(string topic) => LooksLikeHeartbeats(topic) ? base.TopicSource(topic) : _sourceClusterAlias;

    /// <summary>The same name.</summary>
    public override string? UpstreamTopic(string topic) => LooksLikeHeartbeats(topic) ? base.UpstreamTopic(topic) : topic;

    private bool LooksLikeHeartbeats(string topic) => EndsWith(topic, HeartbeatsTopic);
}
