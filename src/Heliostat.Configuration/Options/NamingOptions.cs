using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Options;

/// <summary>What a flow calls mirrored and internal topics.</summary>
public sealed record NamingOptions
{
    /// <summary>Topics keep their names: without a file that names clusters.</summary>
    public static NamingOptions Keep { get; } = new()
    {
        Policy = ReplicationPolicyKind.Identity,
        SourceAlias = "source",
        TargetAlias = "target",
        Separator = ".",
        InternalSeparator = ".",
    };

    /// <summary><c>replication.policy.class</c>.</summary>
    public required ReplicationPolicyKind Policy { get; init; }

    /// <summary>
    /// <c>source.cluster.alias</c>: prefix of mirrored topics and key of stored positions; the flow's source unless the file says
    /// otherwise.
    /// </summary>
    public required string SourceAlias { get; init; }

    /// <summary>
    /// <c>target.cluster.alias</c>: ends cycles and names the offset-syncs topic; the flow's target unless the file says otherwise.
    /// </summary>
    public required string TargetAlias { get; init; }

    /// <summary><c>heliostat.topic.*</c>: names that the policy does not give.</summary>
    public TopicRenames Renames { get; init; } = TopicRenames.None;

    /// <summary><c>replication.policy.separator</c>.</summary>
    public required string Separator { get; init; }

    /// <summary>
    /// The separator in internal topics' names: a dot if <c>replication.policy.internal.topic.separator.enabled</c> is false.
    /// </summary>
    public required string InternalSeparator { get; init; }

    /// <summary>The text put before a topic's name, separator included; null where names are kept.</summary>
    public string? Prefix => Policy == ReplicationPolicyKind.Identity ? null : SourceAlias + Separator;

    /// <summary>Topics are called <paramref name="sourceAlias"/>, a dot, source name: MirrorMaker 2's default policy.</summary>
    public static NamingOptions WithPrefix(string sourceAlias) =>
        Keep with { Policy = ReplicationPolicyKind.Default, SourceAlias = sourceAlias };

    /// <summary>
    /// Whether a topic of the source is called as what this mirror makes: mirrored again it would go round, one prefix more each time.
    /// </summary>
    public bool IsMade(string topic) => Prefix is { } prefix && topic.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>The name on the target of the source's <paramref name="topic"/>, as long as that is no topic of a mirror's own.</summary>
    public string TargetName(string topic) => Prefix + topic;
}
