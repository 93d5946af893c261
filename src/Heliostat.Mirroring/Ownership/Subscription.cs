using Heliostat.Client.Groups;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>Keeps the group's subscription at the source's topics that are selected, as topics come and go.</summary>
internal sealed partial class Subscription(KafkaClient source, ConsumerGroup group, TopicSelection selection, TopicNaming naming, ILogger logger)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var seen = MetadataSnapshot.Empty.Version;
        List<string>? subscribed = null;
        while (true)
        {
            var metadata = source.Metadata.Current;
            if (metadata.Version != seen)
            {
                seen = metadata.Version;
                List<string> matching = [.. metadata.Topics.Keys.Where(selection.Includes).Order(StringComparer.Ordinal)];
                List<string> topics = [.. matching.Where(topic => !naming.IsMade(topic))];
                if (subscribed is null || !topics.SequenceEqual(subscribed))
                {
                    if (topics.Count == 0)
                    {
                        LogNothing(logger, selection);
                    }
                    else
                    {
                        LogSubscribed(logger, topics.Count, selection);
                        if (subscribed is null && selection.Unmatched([.. metadata.Topics.Keys]) is { Count: > 0 } unmatched)
                        {
                            LogUnmatched(logger, string.Join(", ", unmatched));
                        }
                    }

                    if (topics.Count < matching.Count)
                    {
                        LogMade(logger, matching.Count - topics.Count, naming.Prefix!);
                    }

                    group.SetTopics(topics);
                    subscribed = topics;
                }
            }

            await source.Metadata.WaitForChangeAsync(seen, ct);
        }
    }

    [LoggerMessage(EventIds.TopicsUnmatched, LogLevel.Warning, "source: patterns that match no topic: {Topics}; what is made later is mirrored from then on")]
    private static partial void LogUnmatched(ILogger logger, string topics);

    [LoggerMessage(EventIds.NothingMatches, LogLevel.Warning, "source: no topic matches {Selection}; waiting for one")]
    private static partial void LogNothing(ILogger logger, TopicSelection selection);

    [LoggerMessage(EventIds.OwnTopicsLeftOut, LogLevel.Warning, "source: topics that match and begin with '{Prefix}', as what this mirror makes, are left out: {Count}; they would go round; another --from-alias tells them apart")]
    private static partial void LogMade(ILogger logger, int count, string prefix);

    [LoggerMessage(EventIds.Subscribed, LogLevel.Information, "source: topics that match {Selection}: {Count}")]
    private static partial void LogSubscribed(ILogger logger, int count, TopicSelection selection);
}
