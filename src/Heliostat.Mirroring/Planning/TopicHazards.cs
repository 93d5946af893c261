using System.Globalization;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>Finds what works otherwise than one might think, from how topics are configured on both sides.</summary>
internal static class TopicHazards
{
    private const string TimestampType = "message.timestamp.type";
    private const string LogAppendTime = "LogAppendTime";

    private static readonly (string What, Func<TopicFacts, string?> Judge)[] Rules =
    [
        ("the mirror takes smaller batches than the source: larger ones are split, and a single record that is larger is refused",
            t => t.OfSource("max.message.bytes") is { } from && t.OfTarget("max.message.bytes") is { } to && to < from
                ? $"{Count(from)} > {Count(to)} bytes"
                : null),
        ("LogAppendTime on the target: records get the time of their arrival there instead of their own",
            t => t.Target.GetValueOrDefault(TimestampType) == LogAppendTime ? "" : null),
        ("kept longer on the source than on the target: what is older is deleted there soon after it was copied",
            t => Longer(Kept(t.Source, "retention.ms"), Kept(t.Target, "retention.ms"), Time)
                ?? Longer(Kept(t.Source, "retention.bytes"), Kept(t.Target, "retention.bytes"), Size)),
        ("the target refuses records that are from further in the future than the source takes them",
            t => t.OfSource("message.timestamp.after.max.ms") is { } from && t.OfTarget("message.timestamp.after.max.ms") is { } to
                && to < from ? $"{Time(from)} > {Time(to)}" : null),
        ("the target refuses records that are older than the source takes them",
            t => t.OfSource("message.timestamp.before.max.ms") is { } from && t.OfTarget("message.timestamp.before.max.ms") is { } to
                && to < from ? $"{Time(from)} > {Time(to)}" : null),
        ("the mirror has more partitions than the source: records stay in their partition, and the others stay empty",
            t => t.TargetPartitions > t.Topic.Partitions ? $"{t.TargetPartitions} > {t.Topic.Partitions}" : null),
    ];

    /// <param name="topics">The mirrored topics.</param>
    /// <param name="rules">The flow's rules for topics.</param>
    /// <param name="target">The names of all topics that the target has.</param>
    public static IEnumerable<PlannedHazard> Of(IReadOnlyCollection<TopicFacts> topics, TopicRules rules, IEnumerable<string> target)
    {
        foreach (var (what, judge) in Rules)
        {
            string[] concerned = [.. from topic in topics
                                     let detail = judge(topic)
                                     where detail is not null
                                     select detail.Length == 0 ? topic.Topic.Source : $"{topic.Topic.Source} ({detail})"];
            if (concerned.Length > 0)
            {
                yield return new PlannedHazard(what, concerned);
            }
        }

        string[] former = [.. topics.Select(t => t.Topic.Source).Where(rules.WasInternal)];
        if (former.Length > 0)
        {
            yield return new PlannedHazard("MirrorMaker 2 before 4.0 took these names for internal ones and did not mirror the topics",
                former);
        }

        string[] alike = [.. Alike(topics.Select(t => t.Topic.Remote), target)];
        if (alike.Length > 0)
        {
            yield return new PlannedHazard(
                "names on the target that differ only in '.' and '_': brokers refuse to create the second of them", alike);
        }
    }

    private static IEnumerable<string> Alike(IEnumerable<string> remote, IEnumerable<string> target)
    {
        var mirrors = remote.ToHashSet(StringComparer.Ordinal);
        return from names in mirrors.Union(target).GroupBy(TopicName.MetricKey)
               where names.Count() > 1 && names.Any(mirrors.Contains)
               select string.Join(" and ", names.Order(StringComparer.Ordinal));
    }

    /// <summary>A limit of retention; null where there is none to be known, and <see cref="long.MaxValue"/> for no limit.</summary>
    private static long? Kept(IReadOnlyDictionary<string, string?> configs, string config) =>
        !configs.ContainsKey("cleanup.policy") ? null
        : !TopicFacts.IsCleanedBy(configs, "delete") ? long.MaxValue
        : !long.TryParse(configs.GetValueOrDefault(config), CultureInfo.InvariantCulture, out var limit) ? null
        : limit < 0 ? long.MaxValue : limit;

    private static string? Longer(long? source, long? target, Func<long, string> text) =>
        source is { } from && target is { } to && to < from ? $"{text(from)} > {text(to)}" : null;

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes == long.MaxValue ? "no limit" : $"{Count(bytes)} bytes";

    private static string Time(long milliseconds) => milliseconds switch
    {
        long.MaxValue => "for ever",
        >= 172_800_000 => $"{milliseconds / 86_400_000} d",
        >= 7_200_000 => $"{milliseconds / 3_600_000} h",
        >= 120_000 => $"{milliseconds / 60_000} min",
        >= 1_000 => $"{milliseconds / 1_000} s",
        _ => $"{milliseconds} ms",
    };
}
