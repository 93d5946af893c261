namespace Heliostat.Protocol.Vocabulary;

/// <summary>What a coordinator is asked for, with Kafka's numbers (FindCoordinator's key type).</summary>
public enum CoordinatorType : sbyte
{
    Group = 0,
    Transaction = 1,
}
