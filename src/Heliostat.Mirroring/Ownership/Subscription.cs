using Heliostat.Client.Groups;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>Keeps the group's subscription at the source's topics that are selected, as topics come and go.</summary>
internal sealed partial class Subscription(KafkaClient source, ConsumerGroup group, TopicSelection selection, NamingOptions naming,
    ILogger logger)
{
    private const int Few = 12;

    private readonly HashSet<string> _saidLeftOut = new(StringComparer.Ordinal);

    private IReadOnlyList<string>? _subscribed;

    public async Task RunAsync(CancellationToken ct)
    {
        var seen = MetadataSnapshot.Empty.Version;
        while (true)
        {
            var metadata = source.Metadata.Current;
            if (metadata.Version != seen)
            {
                seen = metadata.Version;
                See([.. metadata.Topics.Keys]);
            }

            await source.Metadata.WaitForChangeAsync(seen, ct);
        }
    }

    private void See(List<string> all)
    {
        List<string> named = [.. all.Where(selection.Names).Order(StringComparer.Ordinal)];
        List<string> topics = [.. named.Where(topic => WhyNot(topic) is null)];
        ReportLeftOut(named);
        if (_subscribed is not null && topics.SequenceEqual(_subscribed))
        {
            return;
        }

        if (topics.Count == 0)
        {
            LogNothing(logger, selection);
        }
        else
        {
            LogSubscribed(logger, topics.Count, selection);
            if (_subscribed is null && selection.Unmatched(all) is { Count: > 0 } unmatched)
            {
                LogUnmatched(logger, string.Join(", ", unmatched));
            }
        }

        group.SetTopics(topics);
        _subscribed = topics;
    }

    /// <summary>Names each topic once that is left out although it is named, and how to have it otherwise.</summary>
    private void ReportLeftOut(List<string> named)
    {
        foreach (var alike in named.Where(topic => WhyNot(topic) is not null && _saidLeftOut.Add(topic)).GroupBy(WhyNot))
        {
            var more = alike.Count() > Few ? $" and {alike.Count() - Few} more" : "";
            var level = alike.Any(naming.IsMade) ? LogLevel.Warning : LogLevel.Information;
            var names = string.Join(", ", alike.Take(Few)) + more;
            LogLeftOut(logger, level, alike.Key!, names);
        }
    }

    /// <summary>Why a topic that is named is not mirrored; null where it is.</summary>
    private string? WhyNot(string topic) =>
        selection.Excludes(topic) ? "matched by --exclude, which is '__.*' unless set"
        : !selection.Includes(topic) ? "Kafka's own, which exclude.internal.topics = false would mirror"
        : naming.IsMade(topic)
            ? $"beginning with '{naming.Prefix}' as what this mirror makes: they would go round, and another --from-alias tells them apart"
        : null;

    [LoggerMessage(EventIds.TopicsUnmatched, LogLevel.Warning,
        "source: patterns that match no topic: {Topics}; what is made later is mirrored from then on")]
    private static partial void LogUnmatched(ILogger logger, string topics);

    [LoggerMessage(EventIds.NothingMatches, LogLevel.Warning, "source: no topic matches {Selection}; waiting for one")]
    private static partial void LogNothing(ILogger logger, TopicSelection selection);

    [LoggerMessage(EventId = EventIds.OwnTopicsLeftOut, Message = "source: left out although they match, {Why}: {Topics}")]
    private static partial void LogLeftOut(ILogger logger, LogLevel level, string why, string topics);

    [LoggerMessage(EventIds.Subscribed, LogLevel.Information, "source: topics that match {Selection}: {Count}")]
    private static partial void LogSubscribed(ILogger logger, int count, TopicSelection selection);
}
