using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>Reads the configs of many topics of one side.</summary>
internal sealed class ConfigReader(AdminClient admin, string side)
{
    /// <summary>An answer names some thirty configs of each topic: half a megabyte.</summary>
    private const int TopicsAtOnce = 250;

    /// <summary>
    /// All configs of each topic, by name. A topic that is not there, or whose configs may not be read, has an error instead.
    /// </summary>
    /// <exception cref="KafkaErrorException">The cluster is too old to be asked (before 0.11): UNSUPPORTED_VERSION.</exception>
    public async Task<IReadOnlyDictionary<string, DescribedConfigs>> ReadAsync(IEnumerable<string> topics, CancellationToken ct)
    {
        var described = new Dictionary<string, DescribedConfigs>(StringComparer.Ordinal);
        foreach (var chunk in topics.Chunk(TopicsAtOnce))
        {
            var results = await admin.DescribeConfigsAsync(
                [.. chunk.Select(name => new DescribeConfigsResource
                {
                    ResourceType = ConfigResourceType.Topic,
                    ResourceName = name,
                    ConfigurationKeys = null
                })], ct);
            foreach (var result in results)
            {
                described[result.ResourceName] = new DescribedConfigs(
                    [.. result.Configs.Select(TopicConfig.From)], result.ErrorCode,
                    result.ErrorCode == ErrorCode.None ? null
                        : Refusal.Text(side, $"read the configs of topic '{result.ResourceName}'", result.ErrorCode, result.ErrorMessage,
                            "DESCRIBE_CONFIGS on the topic"));
            }
        }

        return described;
    }

    /// <summary>Likewise; nothing of a cluster that is too old to be asked.</summary>
    public async Task<IReadOnlyDictionary<string, DescribedConfigs>> TryReadAsync(IEnumerable<string> topics, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(topics, ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion)
        {
            return new Dictionary<string, DescribedConfigs>();
        }
    }
}
