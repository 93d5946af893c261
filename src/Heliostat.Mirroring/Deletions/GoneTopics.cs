using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Deletions;

/// <summary>
/// Deletes mirrors of topics that were gone from the source for as long as the file says. One of a flow's processes does it.
/// <list type="bullet">
/// <item>A. A topic is gone where the source says that it knows none of the name, and is the cluster it was; not where it only does not
/// show it. Where none of the flow's topics is left, the source is taken for one that was made anew, and nothing is deleted.</item>
/// <item>B. That it is gone is kept before its time begins to run, and told. Its mirror goes in a look that finds it gone still, and so did
/// two before it: a broker that has just started may not know all topics yet.</item>
/// <item>C. The mirror is deleted by its id, and only where <see cref="MirrorLook"/> finds nothing else in it.</item>
/// <item>D. That it was deleted is kept with the word for its lanes, which are then done without by all processes.</item>
/// </list>
/// </summary>
/// <param name="after">How long a topic is gone before its mirror goes.</param>
/// <param name="rules">The flow's, with the ids of its clusters.</param>
/// <param name="book">What is known to be gone.</param>
/// <param name="source">Asks the source.</param>
/// <param name="target">Asks and alters the target.</param>
/// <param name="look">Looks at mirrors.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class GoneTopics(
    TopicDelays after, TopicRules rules, GoneBook book, AdminClient source, AdminClient target, MirrorLook look, FlowScope scope)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromHours(1);

    private const int Looks = 3;

    /// <summary>How many looks in a row, of this process, found a topic gone.</summary>
    private readonly Dictionary<string, int> _looks = new(StringComparer.Ordinal);
    private readonly RetryClock _kept = new(scope.Time, FirstRetry, LastRetry);
    private bool _saidAllGone;

    /// <summary>What the two clusters are called.</summary>
    public required SideNames Sides { get; init; }

    /// <summary>Reads what other processes told.</summary>
    public required Func<CancellationToken, Task> Reread { get; init; }

    /// <summary>How far all lanes were mirrored, whichever process has them.</summary>
    public required Func<IEnumerable<KeyValuePair<TopicPartition, SourcePosition>>> Stored { get; init; }

    /// <summary>Keeps records in the state topic.</summary>
    public required Func<IReadOnlyList<KeyedRecord>, CancellationToken, Task> Store { get; init; }

    /// <summary>Lanes of a mirror that was deleted are done without.</summary>
    public required Func<IReadOnlyDictionary<TopicPartition, SourcePosition>, CancellationToken, Task> DoWithout { get; init; }

    /// <summary>Whether others of the file's flows mirror into a topic of the target too.</summary>
    public required Func<string, bool> IsShared { get; init; }

    /// <summary>The duty (<see cref="Duty.Deletions"/>).</summary>
    public Rounds Rounds => field ??= new Rounds(LooksEvery, LookAsync, cause => LogFailed(scope.Logger, cause), scope.Time);

    private async Task LookAsync(CancellationToken ct)
    {
        await Reread(ct);
        var stored = Stored().Where(lane => after.Of(lane.Key.Topic) > TimeSpan.Zero && rules.Mirrors(lane.Key.Topic))
            .ToLookup(lane => lane.Key.Topic, StringComparer.Ordinal);
        var here = (await source.ListTopicsAsync(ct)).Select(topic => topic.Name!).ToHashSet(StringComparer.Ordinal);
        await ForgetAsync([.. book.All.Where(topic => here.Contains(topic.Topic))], ct);
        var missing = stored.Select(topic => topic.Key)
            .Where(topic => !here.Contains(topic) && book.Find(topic)?.DeletedAt is null).ToList();
        if (missing.Count == 0 || IsAnew(here) || !await IsSameClusterAsync(ct))
        {
            _looks.Clear();
            return;
        }

        foreach (var gone in await SureAsync(missing, ct))
        {
            var known = await KeepAsync(gone, ct);
            if (_looks[gone] >= Looks && scope.Time.GetUtcNow() - known.Since >= after.Of(gone) && _kept.IsDue(known.Mirror))
            {
                await TryDeleteAsync(known, stored[gone].ToDictionary(), ct);
            }
        }
    }

    /// <summary>None of what the flow mirrors is left.</summary>
    private bool IsAnew(HashSet<string> here)
    {
        if (here.Any(topic => rules.Mirrors(topic) && !rules.IsHeartbeats(topic)))
        {
            _saidAllGone = false;
            return false;
        }

        if (!_saidAllGone)
        {
            _saidAllGone = true;
            LogAllGone(scope.Logger, Sides.Source);
        }

        return true;
    }

    private async Task<bool> IsSameClusterAsync(CancellationToken ct) =>
        string.IsNullOrEmpty(rules.Clusters.Source) || (await source.DescribeClusterAsync(ct)).ClusterId == rules.Clusters.Source;

    /// <summary>Those that the source does not know; what it does not show, or not now, is none of them.</summary>
    private async Task<IReadOnlyList<string>> SureAsync(List<string> missing, CancellationToken ct)
    {
        var sure = (await source.DescribeTopicsAsync(missing, ct))
            .Where(topic => topic.ErrorCode == ErrorCode.UnknownTopicOrPartition).Select(topic => topic.Name!).ToList();
        foreach (var other in _looks.Keys.Except(sure).ToList())
        {
            _looks.Remove(other);
        }

        sure.ForEach(topic => _looks[topic] = _looks.GetValueOrDefault(topic) + 1);
        return sure;
    }

    /// <summary>What is known of a topic that is gone, kept from now on if it was not.</summary>
    private async Task<GoneTopic> KeepAsync(string topic, CancellationToken ct)
    {
        if (book.Find(topic) is { } known)
        {
            return known;
        }

        var gone = new GoneTopic(topic, rules.Remote(topic), scope.Time.GetUtcNow());
        await StoreAsync(gone.Record(), ct);
        LogGone(scope.Logger, Sides.Source, topic, gone.Mirror, gone.Since + after.Of(topic));
        return gone;
    }

    private async Task ForgetAsync(IReadOnlyList<GoneTopic> back, CancellationToken ct)
    {
        foreach (var topic in back)
        {
            await StoreAsync(new KeyedRecord(GoneTopic.Key(topic.Topic), null), ct);
            _kept.Succeeded(topic.Mirror);
            if (topic.DeletedAt is null)
            {
                LogBack(scope.Logger, Sides.Source, topic.Topic, topic.Mirror);
            }
        }
    }

    private async Task TryDeleteAsync(GoneTopic gone, Dictionary<TopicPartition, SourcePosition> lanes, CancellationToken ct)
    {
        if (await WhyKeptAsync(gone, lanes, ct) is { } why)
        {
            if (_kept.Failed(gone.Mirror, why))
            {
                LogKept(scope.Logger, why, gone.Topic);
            }

            return;
        }

        await DoWithout(lanes, ct);
        await StoreAsync((gone with { DeletedAt = scope.Time.GetUtcNow() }).Record(), ct);
        _kept.Succeeded(gone.Mirror);
        LogDeleted(scope.Logger, Sides.Target, gone.Mirror, gone.Topic, gone.Since, lanes.Count);
    }

    /// <summary>Deletes the mirror, or says why it stays; null where it is gone.</summary>
    private async Task<string?> WhyKeptAsync(GoneTopic gone, Dictionary<TopicPartition, SourcePosition> lanes,
        CancellationToken ct)
    {
        if (IsShared(gone.Mirror))
        {
            return $"{Sides.Target}: another flow of the file mirrors into '{gone.Mirror}' too";
        }

        var there = (await target.DescribeTopicsAsync([gone.Mirror], ct))[0];
        if (there.ErrorCode == ErrorCode.UnknownTopicOrPartition)
        {
            return null;
        }

        if (there.ErrorCode != ErrorCode.None)
        {
            return Refused(gone, there.ErrorCode, null);
        }

        if (await look.WhyNotAsync(there, lanes.ToDictionary(lane => lane.Key.Partition, lane => lane.Value), ct) is { } why)
        {
            return why;
        }

        var deleted = (await target.DeleteTopicAsync(there.TopicId, ct))[0];
        return deleted.ErrorCode is ErrorCode.None or ErrorCode.UnknownTopicId ? null
            : Refused(gone, deleted.ErrorCode, deleted.ErrorMessage);
    }

    private string Refused(GoneTopic gone, ErrorCode code, string? message) =>
        Refusal.Text(Sides.Target, $"delete topic '{gone.Mirror}'", code, message, "DELETE and DESCRIBE on it");

    private async Task StoreAsync(KeyedRecord record, CancellationToken ct)
    {
        await Store([record], ct);
        book.Take(record.Key, record.Value);
    }

    [LoggerMessage(EventIds.TopicGone, LogLevel.Warning,
        "{Side}: topic {Topic} is gone; its mirror {Mirror} is deleted at {At:u}, unless it is back before "
            + "(heliostat.delete.gone.topics.after)")]
    private static partial void LogGone(ILogger logger, string side, string topic, string mirror, DateTimeOffset at);

    [LoggerMessage(EventIds.TopicBack, LogLevel.Information, "{Side}: topic {Topic} is back; its mirror {Mirror} stays")]
    private static partial void LogBack(ILogger logger, string side, string topic, string mirror);

    [LoggerMessage(EventIds.MirrorDeleted, LogLevel.Warning,
        "{Side}: topic {Mirror} is deleted, as {Topic} is gone from the source since {Since:u} (heliostat.delete.gone.topics.after); "
            + "{Lanes} partitions are done without")]
    private static partial void LogDeleted(ILogger logger, string side, string mirror, string topic, DateTimeOffset since, int lanes);

    [LoggerMessage(EventIds.MirrorKept, LogLevel.Warning,
        "{Why}: it is not deleted, though {Topic} is gone from the source; whoever knows better deletes it by hand")]
    private static partial void LogKept(ILogger logger, string why, string topic);

    [LoggerMessage(EventIds.AllTopicsGone, LogLevel.Warning,
        "{Side}: none of the topics that are mirrored is left: that looks like a cluster made anew, and no mirror is deleted")]
    private static partial void LogAllGone(ILogger logger, string side);

    [LoggerMessage(EventIds.GoneTopicsUnknown, LogLevel.Warning,
        "whether topics are gone cannot be looked up now: {Cause}; trying again, and saying so once")]
    private static partial void LogFailed(ILogger logger, string cause);
}
