using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Of mirrors with different files that would carry a topic round, and begin in the same moment, one takes it: each claims on its target what it is about to
/// mirror for the first time, then looks at its source for the claims of the others, and only then begins.
/// <list type="bullet">
/// <item>A. No lane of a topic opens before its claim stands, and the others' were read behind that: of two at least one sees the other.</item>
/// <item>B. Who sees another's claim gives up its own, but where its source's cluster id is the lower of the two: that one waits until the other has given up, or has the topic.</item>
/// <item>C. A claim ends with the first stored position, which tells the same. Until then whoever made it marks that it is there (<see cref="ForeignMirrors"/>).</item>
/// </list>
/// Names that hold the source's alias need none. For one caller at a time.
/// </summary>
/// <param name="rules">The flow's rules, with the ids of its clusters.</param>
/// <param name="who">This process.</param>
/// <param name="stored">Topics with a stored position.</param>
/// <param name="state">Writes to the flow's state topic.</param>
/// <param name="time">The clock.</param>
internal sealed class TopicClaims(TopicRules rules, string who, Func<IEnumerable<string>> stored, PartitionAppender state, TimeProvider time)
{
    private static readonly TimeSpan Undecided = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Decided = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MarksEvery = TimeSpan.FromSeconds(15);

    private readonly bool _areWanted = !rules.Prefixes && !rules.MarksOrigins && rules.Clusters is { Source.Length: > 0, Target.Length: > 0 };
    private readonly Dictionary<string, (TopicClaim Claim, Stage Stage)> _claims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _had = new(StringComparer.Ordinal);
    private long _markedAt;
    private int _beat;

    private enum Stage
    {
        Open,
        Decided,
        Told,
    }

    /// <summary>Somebody else may have a topic that is claimed.</summary>
    public bool AreOpen => _claims.Values.Any(claim => claim.Stage == Stage.Open);

    /// <summary>When to look again though nothing seems to have changed; null where that need not be.</summary>
    public TimeSpan? Again { get; private set; }

    /// <summary>Whether a topic is claimed, and somebody else may have it.</summary>
    public bool IsOpen(string topic) => _claims.TryGetValue(topic, out var claim) && claim.Stage == Stage.Open;

    /// <summary>Claims what is about to be mirrored for the first time; true where there was any, and others' claims are to be looked for.</summary>
    public async Task<bool> PutAsync(IReadOnlyList<MirroredTopic> topics, CancellationToken ct)
    {
        if (!_areWanted)
        {
            return false;
        }

        _had.UnionWith(stored());
        TopicClaim[] fresh =
        [
            .. from topic in topics
               where !_had.Contains(topic.Source) && !_claims.ContainsKey(topic.Source)
               select new TopicClaim(topic.Source, who, rules.Clusters.Source!, rules.Clusters.Target!, topic.Remote),
        ];
        if (fresh.Length == 0)
        {
            return false;
        }

        await WriteAsync(fresh.Select(ClaimRecord.Of), ct);
        foreach (var claim in fresh)
        {
            _claims[claim.Topic] = (claim, Stage.Open);
        }

        return true;
    }

    /// <summary>What is mirrored now is this flow's, and what is not is given up, but for what is not decided.</summary>
    public async Task SettleAsync(FlowTopics topics, CancellationToken ct)
    {
        if (_claims.Count == 0)
        {
            return;
        }

        var mirrored = topics.Mirrored.Select(topic => topic.Source).ToHashSet(StringComparer.Ordinal);
        var undecided = topics.LeftOut.Where(topic => topic.Reason == LeftOutReason.RingUndecided).Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        _had.UnionWith(stored());
        List<KeyedRecord> records = [];
        foreach (var (topic, (claim, stage)) in _claims.Where(claim => !undecided.Contains(claim.Key)).ToList())
        {
            if (!mirrored.Contains(topic) || _had.Contains(topic))
            {
                records.Add(ClaimRecord.Gone(claim));
                _claims.Remove(topic);
            }
            else if (stage == Stage.Open)
            {
                _claims[topic] = (claim, Stage.Decided);
            }
            else if (stage == Stage.Decided)
            {
                // Nothing of it was stored since: it may be empty for ever.
                records.Add(ClaimRecord.Of(claim with { IsHeld = true }));
                _claims[topic] = (claim, Stage.Told);
            }
        }

        Again = _claims.Count == 0 ? null : AreOpen ? Undecided : Decided;
        if (records.Count > 0 || (_claims.Count > 0 && time.GetElapsedTime(_markedAt) >= MarksEvery))
        {
            await WriteAsync(records, ct);
        }
    }

    /// <summary>Gives up all that no position is stored of.</summary>
    public async Task WithdrawAsync(CancellationToken ct)
    {
        if (_claims.Count > 0)
        {
            await WriteAsync(_claims.Values.Select(claim => ClaimRecord.Gone(claim.Claim)), ct);
            _claims.Clear();
        }
    }

    private async Task WriteAsync(IEnumerable<KeyedRecord> records, CancellationToken ct)
    {
        await state.AppendAsync([.. records, ClaimRecord.Mark(who, ++_beat)], ct);
        _markedAt = time.GetTimestamp();
    }
}
