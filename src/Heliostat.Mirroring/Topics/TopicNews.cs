using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Says once what the file does not: of an entry of <c>topics</c> that it matches nothing, and of a topic that it is mirrored although
/// <c>topics</c> does not name it, or left out although it does.
/// </summary>
internal sealed partial class TopicNews(TopicRules rules, string side, ILogger logger)
{
    private const int Few = 12;

    private readonly HashSet<string> _unmatched = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unnamed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LeftOutReason> _leftOut = new(StringComparer.Ordinal);

    public void Say(FlowTopics topics)
    {
        string[] unmatched = [.. topics.Unmatched(rules).Where(_unmatched.Add)];
        if (unmatched.Length > 0)
        {
            LogUnmatched(logger, side, Some(unmatched));
        }

        string[] unnamed = [.. topics.Unnamed(rules).Select(topic => topic.Source).Where(_unnamed.Add)];
        if (unnamed.Length > 0)
        {
            LogUnnamed(logger, side, Some(unnamed));
        }

        var named = topics.Named(rules).ToList();
        foreach (var alike in named
            .Where(left => !_leftOut.TryGetValue(left.Name, out var before) || before != left.Reason).GroupBy(left => left.Reason))
        {
            var text = Some([.. alike.GroupBy(left => left.Detail)
                .Select(same => Some([.. same.Select(left => left.Name)]) + (same.Key is null ? "" : $" ({same.Key})"))]);
            var reason = LeftOutWords.Of(alike.Key, rules.Naming.TargetAlias);
            LogLeftOut(logger, IsTrouble(alike.Key) ? LogLevel.Warning : LogLevel.Information, side, reason, text);
        }

        _leftOut.Clear();
        foreach (var left in named)
        {
            _leftOut[left.Name] = left.Reason;
        }
    }

    private static bool IsTrouble(LeftOutReason reason) =>
        reason is not (LeftOutReason.Internal or LeftOutReason.Excluded or LeftOutReason.RingUndecided);

    private static string Some(string[] names) =>
        names.Length <= Few
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(Few))} and {names.Length - Few} more, which heliostat plan --all lists";

    [LoggerMessage(EventIds.TopicsUnmatched, LogLevel.Warning,
        "{Side}: entries of topics that match no topic: {Topics}; what is made later is mirrored from then on")]
    private static partial void LogUnmatched(ILogger logger, string side, string topics);

    [LoggerMessage(EventIds.TopicsUnnamed, LogLevel.Information,
        "{Side}: mirrored although topics does not select them, as heartbeats topics are by their names: {Topics}; "
            + "heartbeats.replication.enabled = false ends that")]
    private static partial void LogUnnamed(ILogger logger, string side, string topics);

    [LoggerMessage(EventId = EventIds.TopicsLeftOut, Message = "{Side}: left out although topics matches, {Why}: {Topics}")]
    private static partial void LogLeftOut(ILogger logger, LogLevel level, string side, string why, string topics);
}
