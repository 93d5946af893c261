namespace Heliostat.Configuration.Options;

/// <summary>What a mirrored topic is called on the target.</summary>
public sealed record TopicNaming
{
    private TopicNaming(string? prefix) => Prefix = prefix;

    /// <summary>Topics keep their names.</summary>
    public static TopicNaming Keep { get; } = new((string?)null);

    /// <summary>The text put before a topic's name, separator included; null when names are kept.</summary>
    public string? Prefix { get; }

    /// <summary>Topics are called <paramref name="sourceAlias"/>, <paramref name="separator"/>, source name: MirrorMaker 2's default policy.</summary>
    public static TopicNaming WithPrefix(string sourceAlias, string separator) => new(sourceAlias + separator);

    /// <summary>Whether a topic of the source is called as what this mirror makes: mirrored again it would go round, one prefix more each time.</summary>
    public bool IsMade(string topic) => Prefix is not null && topic.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The name on the target of the source's <paramref name="topic"/>.</summary>
    public string TargetName(string topic) => Prefix is null ? topic : Prefix + topic;
}
