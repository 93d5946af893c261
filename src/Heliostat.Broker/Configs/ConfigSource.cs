namespace Heliostat.Broker.Configs;

/// <summary>Where a value comes from, with DescribeConfigs' numbers (DescribeConfigsResponse.ConfigSource).</summary>
internal enum ConfigSource : sbyte
{
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    DynamicBrokerLogger = 6,
    ClientMetrics = 7,
    Group = 8,
}
