using System.Globalization;
using Heliostat.Client.Admin;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Topics of a target from Kafka 0.11 on that keep message format 0 or 1 (<c>message.format.version</c>): they refuse what has a
/// producer's numbers, so that nothing can be mirrored to them. Brokers whose <c>inter.broker.protocol.version</c> is 3.0 or newer do not
/// go by it any more (KIP-724).
/// </summary>
/// <param name="target">The target.</param>
internal sealed class FormatOutlook(AdminClient target)
{
    private const string OfTopic = "message.format.version";
    private const string OfBroker = "log.message.format.version";
    private const string Protocol = "inter.broker.protocol.version";
    private static readonly Version FirstOfFormat2 = new(0, 11);
    private static readonly Version FirstThatIgnoresIt = new(3, 0);

    /// <param name="topics">The mirrored topics.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What stands against them.</returns>
    public async Task<IReadOnlyList<string>> LookAsync(IReadOnlyCollection<TopicFacts> topics, CancellationToken ct)
    {
        if (!topics.Any(topic => topic.Target.Count == 0 || IsOld(topic.Target.GetValueOrDefault(OfTopic))))
        {
            return [];
        }

        return Judge(topics, await BrokerAsync(ct));
    }

    /// <param name="topics">The mirrored topics.</param>
    /// <param name="broker">The configs of one of the target's brokers.</param>
    public static IReadOnlyList<string> Judge(IReadOnlyCollection<TopicFacts> topics, IReadOnlyDictionary<string, string?> broker) =>
        Parse(broker.GetValueOrDefault(Protocol)) >= FirstThatIgnoresIt ? [] :
        [
            .. from topic in topics
               let format = topic.Target.Count == 0 ? broker.GetValueOrDefault(OfBroker) : topic.Target.GetValueOrDefault(OfTopic)
               where IsOld(format)
               select $"'{topic.Topic.Source}': '{topic.Topic.Remote}' keeps records in the format of Kafka {format} on the target "
                   + $"({OfTopic}), which has no producer ids: its lanes would stand still; set it to 0.11.0 or newer",
        ];

    private static bool IsOld(string? version) => Parse(version) is { } known && known < FirstOfFormat2;

    /// <summary>Such as <c>0.10.2-IV0</c>; null where it is none.</summary>
    private static Version? Parse(string? version) =>
        version is not null && Version.TryParse(version.Split('-')[0], out var parsed) ? parsed : null;

    /// <summary>The configs of one broker; empty where they are not told.</summary>
    private async Task<Dictionary<string, string?>> BrokerAsync(CancellationToken ct)
    {
        var brokers = (await target.DescribeClusterAsync(ct)).Brokers;
        var described = brokers.Count == 0 ? [] : await target.TryDescribeConfigsAsync(
            [new DescribeConfigsResource
            {
                ResourceType = ConfigResourceType.Broker,
                ResourceName = brokers[0].BrokerId.ToString(CultureInfo.InvariantCulture),
                ConfigurationKeys = [Protocol, OfBroker],
            }], ct);
        return described.SelectMany(result => result.Configs).ToDictionary(config => config.Name, config => config.Value);
    }
}
