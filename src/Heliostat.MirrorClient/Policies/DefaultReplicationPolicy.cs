namespace Heliostat.MirrorClient.Policies;

/// <summary>
/// Remote topics are called source alias, separator, topic. So a topic that merely contains the separator looks remote, and says so here as
/// it does in MirrorMaker 2.
/// </summary>
public class DefaultReplicationPolicy : ReplicationPolicy
{
    private readonly string _checkpointsSuffix;
    private readonly string _internalSuffix;
    private readonly string _internalSeparator;
    private readonly string _separator;

    /// <summary>Separators are dots.</summary>
    public DefaultReplicationPolicy()
        : this(".")
    {
    }

    /// <summary>One separator for all topics (<c>replication.policy.separator</c>).</summary>
    public DefaultReplicationPolicy(string separator)
        : this(separator, separator)
    {
    }

    /// <summary>
    /// Internal topics have a separator of their own: a dot where <c>replication.policy.internal.topic.separator.enabled</c> is false.
    /// </summary>
    public DefaultReplicationPolicy(string separator, string internalSeparator)
    {
        ArgumentNullException.ThrowIfNull(separator);
        ArgumentNullException.ThrowIfNull(internalSeparator);
        _separator = separator;
        _internalSeparator = internalSeparator;
        _internalSuffix = internalSeparator + "internal";
        _checkpointsSuffix = internalSeparator + "checkpoints" + _internalSuffix;
    }

    /// <inheritdoc/>
    public override string FormatRemoteTopic(string sourceClusterAlias, string topic) => sourceClusterAlias + _separator + topic;

    /// <summary>
    /// The text before the first separator; null if nothing but separators follows it. Empty if the topic starts with a separator.
    /// </summary>
    public override string? TopicSource(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (_separator.Length == 0)
        {
            return topic.Length < 2 ? null : topic[..1];
        }

        var end = topic.IndexOf(_separator, StringComparison.Ordinal);
        return end < 0 || IsOnlySeparators(topic.AsSpan(end)) ? null : topic[..end];
    }

    /// <summary>The text after the first separator; null if the topic is not remote.</summary>
    public override string? UpstreamTopic(string topic) =>
        TopicSource(topic) is { } source ? topic[(source.Length + _separator.Length)..] : null;

    /// <inheritdoc/>
    public override string OffsetSyncsTopic(string clusterAlias) =>
        "mm2-offset-syncs" + _internalSeparator + clusterAlias + _internalSuffix;

    /// <inheritdoc/>
    public override string CheckpointsTopic(string clusterAlias) => clusterAlias + _checkpointsSuffix;

    /// <inheritdoc/>
    public override bool IsCheckpointsTopic(string topic) => EndsWith(topic, _checkpointsSuffix);

    /// <inheritdoc/>
    public override bool IsMm2InternalTopic(string topic) =>
        (StartsWith(topic, "mm2") && EndsWith(topic, _internalSuffix)) || IsCheckpointsTopic(topic);

    // Java's Pattern.split drops trailing empty parts: "a..", unlike "a..b", has no second part.
    private bool IsOnlySeparators(ReadOnlySpan<char> rest)
    {
        while (rest.StartsWith(_separator, StringComparison.Ordinal))
        {
            rest = rest[_separator.Length..];
        }

        return rest.IsEmpty;
    }
}
