using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>One config of a topic as a cluster describes it; the value of a sensitive one is null.</summary>
internal sealed record TopicConfig(string Name, string? Value, ConfigOrigin Origin, bool IsReadOnly = false, bool IsSensitive = false)
{
    /// <summary>Reads a broker's answer. Brokers before 1.1 only say whether the value is the default.</summary>
    public static TopicConfig From(DescribeConfigsResourceResult entry) => new(
        entry.Name,
        entry.Value,
        entry.ConfigSource >= 0 ? (ConfigOrigin)entry.ConfigSource : entry.IsDefault ? ConfigOrigin.Default : ConfigOrigin.Topic,
        entry.ReadOnly,
        entry.IsSensitive);
}
