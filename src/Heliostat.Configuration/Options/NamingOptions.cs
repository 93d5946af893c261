namespace Heliostat.Configuration.Options;

/// <summary>What a flow calls mirrored and internal topics.</summary>
public sealed record NamingOptions
{
    /// <summary><c>replication.policy.class</c>.</summary>
    public required ReplicationPolicyKind Policy { get; init; }

    /// <summary><c>source.cluster.alias</c>: prefix of mirrored topics and key of stored positions; the flow's source unless the file says otherwise.</summary>
    public required string SourceAlias { get; init; }

    /// <summary><c>target.cluster.alias</c>: ends cycles and names the offset-syncs topic; the flow's target unless the file says otherwise.</summary>
    public required string TargetAlias { get; init; }

    /// <summary><c>replication.policy.separator</c>.</summary>
    public required string Separator { get; init; }

    /// <summary>The separator in internal topics' names: a dot if <c>replication.policy.internal.topic.separator.enabled</c> is false.</summary>
    public required string InternalSeparator { get; init; }
}
