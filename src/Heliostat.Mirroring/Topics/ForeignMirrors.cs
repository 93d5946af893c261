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
/// source at all. While a topic of theirs can not be read, what was read of it before stands; of one that never was, names that are kept
/// wait (<see cref="ForeignFacts.Unread"/>). For one caller at a time.
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

    /// <summary>Topics that are read side by side.</summary>
    private const int AtOnce = 8;

    /// <summary>A broker that is silent for so long does not tell now.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(5);

    private readonly ClaimMarks _marks = new(time);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);

    /// <summary>What topics held when they were read last.</summary>
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private HashSet<string> _read = [];
    private ForeignFacts _facts = ForeignFacts.None;
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
            var silent = source.Where(topic => topic.Leaderless > 0).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
            await ReadAsync(positions, states, ours, silent, ct);
            (_readAt, _read) = (now, names);
        }

        var stored = positions.SelectMany(topic => _held.GetValueOrDefault(topic, Held.Nothing).Positions).Distinct();
        return ForeignFacts.Of(stored.Select(one => (one.Alias, one.Source, one.Target)), source, target) with
        {
            Ways = _facts.Ways,
            OwnWays = _facts.OwnWays,
            Clusters = rules.Clusters,
            Unread = _facts.Unread,
        };
    }

    private static string[] Sorted(IEnumerable<string> names, Func<string, bool> are) =>
        [.. names.Where(are).Order(StringComparer.Ordinal)];

    private static bool IsOffsetsTopic(string name) =>
        name.StartsWith("mm2-offsets.", StringComparison.Ordinal) && name.EndsWith(".internal", StringComparison.Ordinal);

    private static bool IsStateTopic(string name) =>
        name.StartsWith("heliostat-state.", StringComparison.Ordinal) && name.EndsWith(".internal", StringComparison.Ordinal);

    private async Task ReadAsync(
        string[] positions, string[] states, IReadOnlySet<string> ours, HashSet<string> silent, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = reader.RunAsync(done.Token);
        try
        {
            // Claims first: what is had by then, and was told by none, has its position stored.
            await ReadAsync<ClaimBook>(states, silent, static (record, book) => book.Take(record.Key, record.Value), HeldOf, ct);
            await ReadAsync<Dictionary<SourcePositionKey, Stored>>(positions, silent, Take,
                static (_, latest) => new Held([.. latest.Values.Distinct()], [], Held.Nothing.Claimants), ct);
        }
        finally
        {
            await done.CancelSoonAsync();
            await running.SettleAsync();
        }

        Settle([.. positions, .. states], ours);
    }

    private async Task ReadAsync<T>(
        string[] topics, HashSet<string> silent, Action<CompactedRecord, T> take, Func<string, T, Held> held, CancellationToken ct)
        where T : new()
    {
        foreach (var topic in topics.Where(silent.Contains))
        {
            Told(topic, $"{reader.Options.Cluster}: topic {topic} has a partition without a leader");
        }

        foreach (var some in topics.Where(topic => !silent.Contains(topic)).Chunk(AtOnce))
        {
            (string Topic, T Into)[] read = [.. some.Select(topic => (topic, new T()))];
            var told = await Settling.AllAsync(read.Select(one => TryReadAsync(one.Topic, record => take(record, one.Into), ct)));
            foreach (var ((topic, into), (isSilent, cause)) in read.Zip(told))
            {
                Told(topic, cause);
                if (!isSilent)
                {
                    _held[topic] = cause is null ? held(topic, into) : Held.Nothing;
                }
            }
        }
    }

    private Held HeldOf(string topic, ClaimBook book)
    {
        var told = book.Claims().Where(claim =>
            claim.To == rules.Clusters.Source && (claim.By is not { } by || _marks.IsThere(topic, by, book.Mark(by))));
        return new Held([], [.. told], book.Claimants().ToHashSet(StringComparer.Ordinal));
    }

    private void Settle(string[] asked, IReadOnlySet<string> ours)
    {
        foreach (var gone in _held.Keys.Except(asked).ToList())
        {
            _held.Remove(gone);
        }

        _unread.IntersectWith(asked);
        _marks.Keep(mark => _held.GetValueOrDefault(mark.State)?.Claimants.Contains(mark.By) == true);
        _facts = new ForeignFacts
        {
            Ways = Ways(Claims(isOwn: false)),
            OwnWays = Ways(Claims(isOwn: true)),
            Unread = Array.Find(asked, topic => !_held.ContainsKey(topic)),
        };

        IEnumerable<TopicClaim> Claims(bool isOwn) =>
            _held.Where(topic => ours.Contains(topic.Key) == isOwn).SelectMany(topic => topic.Value.Claims);
    }

    /// <summary>A topic that is had and claimed at once, by several processes of a flow, is had.</summary>
    private static Dictionary<string, IReadOnlyList<TopicWay>> Ways(IEnumerable<TopicClaim> claims)
    {
        var had = claims.OrderBy(claim => claim.By is not null).DistinctBy(claim => (claim.Remote, claim.Ways[0].Hops[^1].Cluster));
        return had.GroupBy(claim => claim.Remote, StringComparer.Ordinal).ToDictionary(
            topic => topic.Key, IReadOnlyList<TopicWay> (topic) => [.. topic.SelectMany(claim => claim.WaysThrough)],
            StringComparer.Ordinal);
    }

    /// <summary>
    /// Whether the topic does not tell now, so that what was read before stands; and why it was not read, null where it was.
    /// </summary>
    private async Task<(bool IsSilent, string? Cause)> TryReadAsync(string topic, Action<CompactedRecord> take, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(MostSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await CompactedTopicReader.ReadAllAsync(
                reader, topic, new CompactedTopicOptions(), record =>
                {
                    late.CancelAfter(MostSilence);
                    take(record);
                },
                time, loggers, either.Token);
            return (false, null);
        }
        catch (KafkaErrorException failure)
        {
            return (failure.Code.IsRetriable() && failure.Code != ErrorCode.UnknownTopicOrPartition, failure.Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (true, $"{reader.Options.Cluster}: topic {topic} was not told of for {MostSilence.TotalSeconds:0} s");
        }
    }

    private void Told(string topic, string? cause)
    {
        if (cause is null)
        {
            _unread.Remove(topic);
        }
        else if (_unread.Add(topic))
        {
            LogUnread(logger, cause);
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
        "{Cause}: what other mirrors bring to the source is not known but by names, and by what was read before")]
    private static partial void LogUnread(ILogger logger, string cause);

    /// <summary>One position: what its mirror calls its source, and the ids of the two topics.</summary>
    private sealed record Stored(string Alias, Guid Source, Guid Target);

    /// <summary>What a topic held when it was read.</summary>
    private sealed record Held(IReadOnlyList<Stored> Positions, IReadOnlyList<TopicClaim> Claims, IReadOnlySet<string> Claimants)
    {
        public static Held Nothing { get; } = new([], [], new HashSet<string>());
    }
}
