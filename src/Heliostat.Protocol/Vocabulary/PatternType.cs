namespace Heliostat.Protocol.Vocabulary;

/// <summary>How a rule names its resources, with Kafka's numbers (PatternType).</summary>
public enum PatternType : sbyte
{
    Unknown = 0,
    Any = 1,

    /// <summary>In filters: every rule that is about the name, by whatever pattern.</summary>
    Match = 2,
    Literal = 3,
    Prefixed = 4,
}
