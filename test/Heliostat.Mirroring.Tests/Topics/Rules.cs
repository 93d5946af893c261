using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Policies;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Topics;

/// <summary>Rules of a flow A->B, as a file would make them.</summary>
internal static class Rules
{
    public static NamingOptions Naming(ReplicationPolicyKind policy = ReplicationPolicyKind.Default, string separator = ".") => new()
    {
        Policy = policy,
        SourceAlias = "A",
        TargetAlias = "B",
        Separator = separator,
        InternalSeparator = separator,
    };

    public static TopicRules Default(string topics = ".*", string separator = ".", bool heartbeats = true) =>
        Of(Naming(separator: separator), topics, heartbeats);

    public static TopicRules Identity(string topics = ".*", bool heartbeats = true) =>
        Of(Naming(ReplicationPolicyKind.Identity), topics, heartbeats);

    /// <summary>With names that are kept, between clusters of these ids.</summary>
    public static TopicRules IdentityOf(ClusterPair clusters) =>
        Of(Naming(ReplicationPolicyKind.Identity), ".*", heartbeats: true, clusters);

    public static TopicRules Between(string source, string target) =>
        Of(Naming() with { SourceAlias = source, TargetAlias = target }, ".*", heartbeats: true);

    private static TopicRules Of(NamingOptions naming, string topics, bool heartbeats, ClusterPair clusters = default) => new(
        ReplicationPolicy.Of(naming), naming, TopicSelection.FromPatterns(topics.Split(','), [@"mm2.*\.internal", @".*\.replica", "__.*"]),
        heartbeats)
    {
        Clusters = clusters
    };
}
