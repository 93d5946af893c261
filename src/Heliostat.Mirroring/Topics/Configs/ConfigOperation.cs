namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>What is done to a topic config, with Kafka's numbers (AlterConfigOp.OpType).</summary>
internal enum ConfigOperation : sbyte
{
    Set = 0,

    /// <summary>Take the value away from the topic, so that the broker's default holds.</summary>
    Delete = 1,
}
