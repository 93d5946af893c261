using System.Text;
using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Positions;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Clusters;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// What mirrors that are not of this file bring to a flow's source: the positions that they store there name both topics by id (KIP-516), whatever names and
/// aliases they use; what they claim there and have not stored yet (<see cref="TopicClaims"/>) names clusters by id and topics by name. Only asked where such a mirror
/// leaves its state on the source at all. For one caller at a time.
/// </summary>
/// <param name="reader">Reads the source, for nobody else.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">For the client's reading.</param>
/// <param name="logger">The flow's log.</param>
internal sealed partial class ForeignMirrors(KafkaClient reader, TimeProvider time, ILoggerFactory loggers, ILogger logger)
{
    /// <summary>How often positions are read anew although no topic was added.</summary>
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(1);

    /// <summary>How long a topic that was not there before is left alone: whoever made it as a mirror has stored a position by then.</summary>
    public TimeSpan Settled { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The flow's clusters, by which claims are known; without them none are.</summary>
    public ClusterPair Clusters { get; init; }

    private readonly ClaimMarks _marks = new(time);
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private IReadOnlyCollection<Stored> _stored = [];
    private List<TopicClaim> _claims = [];
    private HashSet<string> _read = [];
    private long? _readAt;

    /// <summary>When to look again though nothing seems to have changed; null where that need not be.</summary>
    public TimeSpan? Again { get; private set; }

    /// <param name="source">The source's topics.</param>
    /// <param name="target">The target's topics.</param>
    /// <param name="ours">Topics of the source that flows of this file keep their state in.</param>
    /// <param name="anew">What was read before may be too old.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<ForeignFacts> LookAsync(
        IReadOnlyCollection<ClusterTopic> source, IEnumerable<ClusterTopic> target, IReadOnlySet<string> ours, bool anew, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        var names = source.Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _seen.Keys.Where(name => !names.Contains(name)).ToList())
        {
            _seen.Remove(gone);
        }

        foreach (var name in names)
        {
            _seen.TryAdd(name, now);
        }

        string[] positions = [.. names.Where(name => IsOffsetsTopic(name) && !ours.Contains(name)).Order(StringComparer.Ordinal)];
        string[] states = [.. names.Where(name => IsStateTopic(name) && !ours.Contains(name)).Order(StringComparer.Ordinal)];
        Again = positions.Length + states.Length > 0 && (IsYoung(now) || _claims.Count > 0) ? Settled : null;
        if (positions.Length + states.Length == 0)
        {
            return ForeignFacts.None;
        }

        var unsettled = _seen.Where(topic => time.GetElapsedTime(topic.Value, now) < Settled).Select(topic => topic.Key).ToHashSet(StringComparer.Ordinal);
        names.ExceptWith(unsettled);
        if (anew || _readAt is not { } readAt || !names.IsSubsetOf(_read) || time.GetElapsedTime(readAt, now) >= (Again ?? MostAge))
        {
            (_stored, _claims) = await ReadAsync(positions, states, ct);
            (_readAt, _read) = (now, names);
        }

        return ForeignFacts.Of(_stored.Select(stored => (stored.Alias, stored.Source, stored.Target)), source, target, unsettled) with
        {
            Claims = _claims.OrderBy(claim => !claim.IsHeld).DistinctBy(claim => claim.Remote).ToDictionary(claim => claim.Remote, StringComparer.Ordinal),
            IsFirst = string.CompareOrdinal(Clusters.Source, Clusters.Target) < 0,
        };
    }

    /// <summary>Of two mirrors that began at once either may have read before the other had stored a position.</summary>
    private bool IsYoung(long now) => _seen.Values.Any(seen => time.GetElapsedTime(seen, now) < Settled * 8);

    private static bool IsOffsetsTopic(string name) => name.StartsWith("mm2-offsets.", StringComparison.Ordinal) && name.EndsWith(".internal", StringComparison.Ordinal);

    private static bool IsStateTopic(string name) => name.StartsWith("heliostat-state.", StringComparison.Ordinal) && name.EndsWith(".internal", StringComparison.Ordinal);

    private async Task<(HashSet<Stored> Stored, List<TopicClaim> Claims)> ReadAsync(string[] positions, string[] states, CancellationToken ct)
    {
        HashSet<Stored> all = [];
        List<TopicClaim> claims = [];
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = reader.RunAsync(done.Token);
        try
        {
            // Claims first: what is one no more by then has its position stored.
            foreach (var topic in states)
            {
                Dictionary<(string Topic, string By), TopicClaim> latest = [];
                Dictionary<string, string> marks = [];
                await TryReadAsync(topic, record => Take(record, latest, marks), ct);
                claims.AddRange(latest.Values.Where(claim => claim.From == Clusters.Target && claim.To == Clusters.Source && _marks.IsThere(topic, claim.By, marks.GetValueOrDefault(claim.By, ""))));
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

        return (all, claims);
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

    private static void Take(CompactedRecord record, Dictionary<(string Topic, string By), TopicClaim> latest, Dictionary<string, string> marks)
    {
        if (record.Key is not { } key || !ClaimRecord.TryReadKey(key, out var topic, out var by))
        {
            return;
        }

        if (topic is null)
        {
            marks[by] = record.Value is { } mark ? Encoding.UTF8.GetString(mark) : "";
        }
        else if (record.Value is { } value && ClaimRecord.Read(topic, by, value) is { } claim)
        {
            latest[(topic, by)] = claim;
        }
        else
        {
            latest.Remove((topic, by));
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

    [LoggerMessage(EventIds.ForeignUnread, LogLevel.Information, "{Cause}: what other mirrors bring to the source is not known but by names")]
    private static partial void LogUnread(ILogger logger, string cause);

    /// <summary>One position: what its mirror calls its source, and the ids of the two topics.</summary>
    private sealed record Stored(string Alias, Guid Source, Guid Target);
}
