namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>How an access rule names topics, with Kafka's numbers.</summary>
internal enum AclPattern : sbyte
{
    /// <summary>One topic, or all of them where the name is <c>*</c>.</summary>
    Literal = 3,

    /// <summary>All topics whose names begin so.</summary>
    Prefixed = 4,
}
