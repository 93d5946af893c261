namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>
/// Which access rules the mirrored topics get: MirrorMaker 2's (<c>syncTopicAcls</c>, <c>targetAclBinding</c> of 4.3.1), except that a rule
/// never comes to cover more on the target than it did on the source. <paramref name="prefixed"/> adds rules about prefixes and about all
/// topics.
/// </summary>
internal sealed class AclRules(TopicRules topics, bool prefixed)
{
    /// <summary>The rules that the target should have.</summary>
    /// <param name="source">The source's rules about topics.</param>
    /// <param name="mirrored">The topics mirrored now.</param>
    public IReadOnlySet<TopicAcl> Wanted(IEnumerable<TopicAcl> source, IReadOnlyCollection<MirroredTopic> mirrored) =>
        source.Where(IsCopied).SelectMany(acl => Copies(acl, mirrored, selectedOnly: true)).ToHashSet();

    /// <summary>
    /// Those of <paramref name="copied"/>, rules that were once on both sides, that stem from nothing on the source any more. Whether their
    /// topics are still mirrored does not matter: a topic that is no longer selected keeps the rules it has.
    /// </summary>
    public IReadOnlyList<TopicAcl> Vanished(IReadOnlyCollection<TopicAcl> source, IReadOnlyCollection<TopicAcl> copied)
    {
        MirroredTopic[] remembered =
        [
            .. from name in copied
                .Where(acl => acl.Pattern == PatternType.Literal).Select(acl => acl.Topic).Distinct(StringComparer.Ordinal)
               let upstream = topics.Upstream(name)
               where upstream is not null
               select new MirroredTopic(upstream, name, 0),
        ];
        var founded = source.Where(IsCopied).SelectMany(acl => Copies(acl, remembered, selectedOnly: false)).ToHashSet();
        return [.. copied.Where(acl => !founded.Contains(acl))];
    }

    /// <summary>What is not copied of the source's rules though it concerns mirrored topics, and why; one line for each rule.</summary>
    public IReadOnlyList<AclNote> Notes(IEnumerable<TopicAcl> source, IReadOnlyCollection<MirroredTopic> mirrored) =>
    [
        .. from acl in source
           where Concerns(acl, mirrored)
           let why = WhyNot(acl) ?? Danger(acl)
           where why is not null
           orderby acl.ToString()
           select new AclNote(acl.ToString(), why),
    ];

    private IEnumerable<TopicAcl> Copies(TopicAcl acl, IReadOnlyCollection<MirroredTopic> mirrored, bool selectedOnly)
    {
        var copy = acl is { Permission: AclPermission.Allow, Operation: AclOperation.All }
            ? acl with { Operation = AclOperation.Read }
            : acl;
        if (acl is { Pattern: PatternType.Literal, IsWildcard: false })
        {
            return !selectedOnly || topics.Mirrors(acl.Topic) ? [copy with { Topic = topics.Remote(acl.Topic) }] : [];
        }

        if (!prefixed)
        {
            return [];
        }

        var covered = mirrored.Where(topic => acl.IsWildcard || topic.Source.StartsWith(acl.Topic, StringComparison.Ordinal));
        return acl.IsWildcard || !topics.Prefixes
            ? covered.Select(topic => copy with { Topic = topic.Remote, Pattern = PatternType.Literal })
            : covered.Any() || !selectedOnly ? [copy with { Topic = topics.Remote(acl.Topic) }] : [];
    }

    private string? WhyNot(TopicAcl acl)
    {
        if (!IsCopied(acl))
        {
            return "not copied: only the mirror writes to mirrored topics";
        }

        if (prefixed || acl is { Pattern: PatternType.Literal, IsWildcard: false })
        {
            return null;
        }

        return !acl.IsWildcard ? "not copied, as MirrorMaker 2 copies no rules about prefixes; heliostat.sync.topic.acls.prefixed.enabled "
            + "= true does"
            : topics.Prefixes
                ? $"not copied: MirrorMaker 2 makes it a rule about one topic named '{topics.Remote(acl.Topic)}', which protects nothing; "
                    + "heliostat.sync.topic.acls.prefixed.enabled = true copies it to each mirrored topic"
            : "not copied: MirrorMaker 2 makes it a rule about all topics of the target; heliostat.sync.topic.acls.prefixed.enabled = true "
                + "copies it to each mirrored topic";
    }

    private static string? Danger(TopicAcl acl) =>
        acl is { Permission: AclPermission.Deny, Operation: AclOperation.Write or AclOperation.All }
            ? "copied: if the mirror itself is that principal, it can no longer write there" : null;

    private bool Concerns(TopicAcl acl, IReadOnlyCollection<MirroredTopic> mirrored) => acl.Pattern switch
    {
        PatternType.Prefixed => mirrored.Any(topic => topic.Source.StartsWith(acl.Topic, StringComparison.Ordinal)),
        PatternType.Literal => acl.IsWildcard ? mirrored.Count > 0 : topics.Mirrors(acl.Topic),
        _ => false,
    };

    private static bool IsCopied(TopicAcl acl) =>
        acl is not { Permission: AclPermission.Allow, Operation: AclOperation.Write }
            && acl.Pattern is PatternType.Literal or PatternType.Prefixed;
}
