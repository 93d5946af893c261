using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Positions;
using Heliostat.MirrorClient.Topics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// What mirrors bring to a flow's source. Those that are not of this file store positions there that name both topics by id (KIP-516),
/// whatever names and aliases they use. All of ours tell there which topics they have or claim, and on which ways those come
/// (<see cref="TopicClaims"/>), by the ids of clusters and the names of topics. Only asked where such a mirror leaves its state on the
/// source at all. For one caller at a time.
/// </summary>
/// <param name="reader">Reads the source, for nobody else.</param>
/// <param name="rules">The flow's rules, with the ids of its clusters: without them only positions say anything.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">For the client's reading.</param>
/// <param name="logger">The flow's log.</param>
internal sealed partial class ForeignMirrors(KafkaClient reader, TopicRules rules, TimeProvider time, ILoggerFactory loggers,
    ILogger logger)
{
    /// <summary>How often all is read anew although no topic was added.</summary>
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The same where names do not tell where a topic came from: a mirror that begins far before this one may close a ring.
    /// </summary>
    private static readonly TimeSpan MostAgeOfWays = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The same of what may have been made just now by a mirror that tells nothing but its positions, and stores them a little later.
    /// </summary>
    private static readonly TimeSpan MostAgeOfYoung = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(40);

    private readonly ClaimMarks _marks = new(time);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private HashSet<string> _read = [];
    private ForeignFacts _facts = ForeignFacts.None;
    private HashSet<Stored> _stored = [];
    private long? _readAt;
    private long _addedAt;

    /// <summary>Names do not tell where a topic came from: ways of flows of this file matter too.</summary>
    private bool KeepsNames => !rules.Prefixes;

    /// <summary>When to look again though nothing seems to have changed; null where that need not be.</summary>
    public TimeSpan? Again { get; private set; }

    /// <param name="source">The source's topics.</param>
    /// <param name="target">The target's topics.</param>
    /// <param name="ours">Topics of the source that flows of this file keep their state in.</param>
    /// <param name="anew">What was read before may be too old.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ForeignFacts> LookAsync(
        IReadOnlyCollection<ClusterTopic> source, IEnumerable<ClusterTopic> target, IReadOnlySet<string> ours, bool anew,
        CancellationToken ct)
    {
        var now = time.GetTimestamp();
        var names = source.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        string[] positions = Sorted(names, name => IsOffsetsTopic(name) && !ours.Contains(name));
        string[] states = Sorted(names, name => IsStateTopic(name) && (KeepsNames || !ours.Contains(name)));
        if (positions.Length + states.Length == 0)
        {
            Again = null;
            return ForeignFacts.None;
        }

        var isMore = !names.IsSubsetOf(_read);
        _addedAt = isMore ? now : _addedAt;
        Again = time.GetElapsedTime(_addedAt, now) < Youth ? MostAgeOfYoung : KeepsNames ? MostAgeOfWays : null;
        if (anew || isMore || _readAt is not { } readAt || time.GetElapsedTime(readAt, now) >= (Again ?? MostAge))
        {
            await ReadAsync(positions, states, ours, ct);
            (_readAt, _read) = (now, names);
        }

        return ForeignFacts.Of(_stored.Select(stored => (stored.Alias, stored.Source, stored.Target)), source, target) with
        {
            Ways = _facts.Ways,
            OwnWays = _facts.OwnWays,
            Clusters = rules.Clusters,
        };
    }

    private static string[] Sorted(IEnumerable<string> names, Func<string, bool> are) =>
        [.. names.Where(are).Order(StringComparer.Ordinal)];

    private static bool IsOffsetsTopic(string name) =>
        name.StartsWith("mm2-offsets.", StringComparison.Ordinal) && name.EndsWith(".internal", StringComparison.Ordinal);

    private static bool IsStateTopic(string name) =>
        name.StartsWith("heliostat-state.", StringComparison.Ordinal) && name.EndsWith(".internal", StringComparison.Ordinal);

    private async Task ReadAsync(string[] positions, string[] states, IReadOnlySet<string> ours, CancellationToken ct)
    {
        HashSet<Stored> all = [];
        List<TopicClaim> others = [];
        List<TopicClaim> own = [];
        HashSet<(string, string)> marked = [];
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = reader.RunAsync(done.Token);
        try
        {
            // Claims first: what is had by then, and was told by none, has its position stored.
            foreach (var topic in states)
            {
                var book = new ClaimBook();
                await TryReadAsync(topic, record => book.Take(record.Key, record.Value), ct);
                marked.UnionWith(book.Claimants().Select(by => (topic, by)));
                var told = book.Claims().Where(claim => claim.To == rules.Clusters.Source);
                (ours.Contains(topic) ? own : others)
                    .AddRange(told.Where(claim => claim.By is not { } by || _marks.IsThere(topic, by, book.Mark(by))));
            }

            foreach (var topic in positions)
            {
                Dictionary<SourcePositionKey, Stored> latest = [];
                await TryReadAsync(topic, record => Take(record, latest), ct);
                all.UnionWith(latest.Values);
            }
        }
        finally
        {
            await done.CancelSoonAsync();
            await running.SettleAsync();
        }

        _marks.Keep(marked.Contains);
        _stored = all;
        _facts = new ForeignFacts { Ways = Ways(others), OwnWays = Ways(own) };
    }

    /// <summary>A topic that is had and claimed at once, by several processes of a flow, is had.</summary>
    private static Dictionary<string, IReadOnlyList<TopicWay>> Ways(IEnumerable<TopicClaim> claims)
    {
        var had = claims.OrderBy(claim => claim.By is not null).DistinctBy(claim => (claim.Remote, claim.Ways[0].Hops[^1].Cluster));
        return had.GroupBy(claim => claim.Remote, StringComparer.Ordinal).ToDictionary(
            topic => topic.Key, IReadOnlyList<TopicWay> (topic) => [.. topic.SelectMany(claim => claim.Ways)], StringComparer.Ordinal);
    }

    private async Task TryReadAsync(string topic, Action<CompactedRecord> take, CancellationToken ct)
    {
        try
        {
            await CompactedTopicReader.ReadAllAsync(reader, topic, new CompactedTopicOptions(), take, time, loggers, ct);
            _unread.Remove(topic);
        }
        catch (KafkaErrorException failure)
        {
            if (_unread.Add(topic))
            {
                LogUnread(logger, failure.Message);
            }
        }
    }

    private static void Take(CompactedRecord record, Dictionary<SourcePositionKey, Stored> latest)
    {
        if (record.Key is not { } bytes || !SourcePositionKey.TryRead(bytes, out var key))
        {
            return;
        }

        if (record.Value is { } value && SourcePosition.TryRead(value, out var position))
        {
            latest[key] = new Stored(key.Cluster, position.SourceTopicId, position.TargetTopicId);
        }
        else
        {
            latest.Remove(key);
        }
    }

    [LoggerMessage(EventIds.ForeignUnread, LogLevel.Information,
        "{Cause}: what other mirrors bring to the source is not known but by names")]
    private static partial void LogUnread(ILogger logger, string cause);

    /// <summary>One position: what its mirror calls its source, and the ids of the two topics.</summary>
    private sealed record Stored(string Alias, Guid Source, Guid Target);
}
