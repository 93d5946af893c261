namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>Where a topic config's value comes from, with Kafka's numbers (DescribeConfigsResponse.ConfigSource).</summary>
internal enum ConfigOrigin : sbyte
{
    Unknown = 0,

    /// <summary>Set on the topic itself.</summary>
    Topic = 1,

    /// <summary>Set on one broker while it ran.</summary>
    DynamicBroker = 2,

    /// <summary>Set for all brokers while they ran.</summary>
    DynamicDefaultBroker = 3,

    /// <summary>From the broker's properties file.</summary>
    StaticBroker = 4,

    /// <summary>Nobody set it.</summary>
    Default = 5,
}
