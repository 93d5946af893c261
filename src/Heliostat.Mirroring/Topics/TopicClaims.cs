using System.Text;
using Heliostat.Client;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Of mirrors with different files that would carry a topic round, one leaves it out, however many they are, and also where they begin in
/// the same moment: each tells on its target which topics it has, and on which ways their records come, which is what others told on its
/// source, and its source. Where names do not tell where a topic came from it claims there what it is about to mirror for the first time,
/// then looks at its source for the claims of the others, and only then begins.
/// <list type="bullet">
/// <item>A. No lane of such a topic opens before its claim stands, and what others told was read behind that: of those who close a ring the
/// last one sees it.</item>
/// <item>B. Which of them gives up, and who waits for whom: <see cref="WayRules"/>.</item>
/// <item>C. A claim ends when its topic is had, or given up. Until then whoever made it marks that it is there
/// (<see cref="ForeignMirrors"/>).</item>
/// <item>D. What is told of a topic follows what is told on the source.</item>
/// </list>
/// For one caller at a time.
/// </summary>
/// <param name="rules">The flow's rules, with the ids of its clusters.</param>
/// <param name="who">This process.</param>
/// <param name="stored">Topics with a stored position.</param>
/// <param name="own">What the flow's state topic holds.</param>
/// <param name="state">Writes to it.</param>
/// <param name="time">The clock.</param>
internal sealed class TopicClaims(
    TopicRules rules, string who, Func<IEnumerable<string>> stored, ClaimBook own, PartitionAppender state, TimeProvider time)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LooksFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MarksEvery = TimeSpan.FromSeconds(15);

    private readonly bool _areTold = !rules.MarksOrigins && rules.Clusters is { Source.Length: > 0, Target.Length: > 0 };
    private readonly Dictionary<string, (TopicClaim Claim, long At)> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _had = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly ClaimMarks _others = new(time);
    private long? _putAt;
    private long? _markedAt;
    private int _beat;

    /// <summary>Names do not tell where a topic came from: what is had for the first time is claimed before.</summary>
    public bool AreWanted => _areTold && !rules.Prefixes;

    /// <summary>Others may have claimed a topic lately.</summary>
    public bool MayMeetOthers => _open.Count > 0 || (_putAt is { } at && time.GetElapsedTime(at) < LooksFor);

    /// <summary>When to look again though nothing seems to have changed; null where that need not be.</summary>
    public TimeSpan? Again => MayMeetOthers ? LooksEvery : null;

    /// <summary>Whether the flow has a topic; null where nothing is told of topics.</summary>
    public bool? Has(string topic) =>
        !_areTold ? null : !_open.ContainsKey(topic) && (_had.Contains(topic) || own.Origin(rules.Remote(topic))?.Topic == topic);

    /// <summary>How long a topic is claimed; null where it is not.</summary>
    public TimeSpan? ClaimedFor(string topic) => _open.TryGetValue(topic, out var claim) ? time.GetElapsedTime(claim.At) : null;

    /// <summary>Topics with a stored position are had, also where an older version stored it and told nothing of it.</summary>
    public void Recall()
    {
        if (_areTold)
        {
            _had.UnionWith(stored());
        }
    }

    /// <summary>
    /// Claims what is about to be mirrored for the first time; true where there was any, and others' claims are to be looked for.
    /// </summary>
    public async Task<bool> PutAsync(TopicPlan plan, CancellationToken ct)
    {
        Recall();
        var fresh = AreWanted ? plan.Topics.Mirrored.Where(topic => !_open.ContainsKey(topic.Source) && Has(topic.Source) != true) : [];
        TopicClaim[] claims = [.. fresh.Select(topic => Of(topic.Source, topic.Remote, plan.Foreign, who))];
        if (claims.Length == 0)
        {
            return false;
        }

        await WriteAsync([.. claims.Select(ClaimRecord.Of), Mark()], ct);
        _putAt = time.GetTimestamp();
        foreach (var claim in claims)
        {
            _open[claim.Topic] = (claim, _putAt.Value);
        }

        return true;
    }

    /// <summary>What is mirrored now is this flow's, and what is not is given up, but for what is not decided.</summary>
    public async Task SettleAsync(TopicPlan plan, CancellationToken ct)
    {
        if (!_areTold)
        {
            return;
        }

        List<KeyedRecord> records = [];
        SettleClaims(plan, records);
        TellOrigins(plan, records);
        ForgetOthers(records);
        if (_open.Count > 0 && !(_markedAt is { } at && time.GetElapsedTime(at) < MarksEvery))
        {
            records.Add(Mark());
        }
        else if (_open.Count == 0 && _markedAt is not null)
        {
            records.Add(ClaimRecord.NoMark(who));
            _markedAt = null;
        }

        await WriteAsync(records, ct);
    }

    /// <summary>Gives up what is not decided.</summary>
    public async Task WithdrawAsync(CancellationToken ct)
    {
        if (_open.Count > 0)
        {
            List<KeyedRecord> records = [.. _open.Values.Select(claim => ClaimRecord.Gone(claim.Claim))];
            _open.Clear();
            await WriteAsync([.. records, ClaimRecord.NoMark(who)], ct);
        }
    }

    private void SettleClaims(TopicPlan plan, List<KeyedRecord> records)
    {
        var undecided = plan.Topics.LeftOut.Where(topic => topic.Reason == LeftOutReason.RingUndecided)
            .Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (topic, (claim, at)) in _open.ToList())
        {
            if (!undecided.Contains(topic))
            {
                records.Add(ClaimRecord.Gone(claim));
                _open.Remove(topic);
                continue;
            }

            var now = Of(topic, claim.Remote, plan.Foreign, who);
            if (!ClaimRecord.Of(now).Value.AsSpan().SequenceEqual(ClaimRecord.Of(claim).Value))
            {
                records.Add(ClaimRecord.Of(now));
                _open[topic] = (now, at);
            }
        }
    }

    private void TellOrigins(TopicPlan plan, List<KeyedRecord> records)
    {
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (var topic in plan.Topics.Mirrored)
        {
            _had.Add(topic.Source);
            told.Add(topic.Remote);
            Tell(topic.Remote, ClaimRecord.Of(Of(topic.Source, topic.Remote, plan.Foreign, by: null)), records);
        }

        foreach (var left in plan.Topics.LeftOut.Where(left => left.Reason != LeftOutReason.RingUndecided))
        {
            _had.Remove(left.Name);
            if (own.Origin(rules.Remote(left.Name)) is { } had && had.Topic == left.Name && !told.Contains(had.Remote))
            {
                Tell(had.Remote, ClaimRecord.Gone(had), records);
            }
        }
    }

    /// <summary>Says where a topic of the target comes from, if the state topic does not say so yet.</summary>
    private void Tell(string remote, KeyedRecord origin, List<KeyedRecord> records)
    {
        var value = origin.Value is null ? "" : Encoding.UTF8.GetString(origin.Value);
        var told = _told.TryGetValue(remote, out var before) ? before
            : own.Origin(remote) is { } claim ? Encoding.UTF8.GetString(ClaimRecord.Of(claim).Value!) : "";
        _told[remote] = value;
        if (value != told)
        {
            records.Add(origin);
        }
    }

    /// <summary>Claims of a process that is there no more would stay for ever.</summary>
    private void ForgetOthers(List<KeyedRecord> records)
    {
        var gone = own.Claimants().Where(by => by == who ? _markedAt is null : !_others.IsThere("", by, own.Mark(by)))
            .ToHashSet(StringComparer.Ordinal);
        records.AddRange(own.Claims().Where(claim => claim.By is { } by && gone.Contains(by)).Select(ClaimRecord.Gone));
        records.AddRange(gone.Select(ClaimRecord.NoMark));
        _others.Keep(other => !gone.Contains(other.By));
    }

    private TopicClaim Of(string topic, string remote, ForeignFacts known, string? by) => new(topic, by, rules.Clusters.Target!, remote)
    {
        Ways = TopicWay.Through(new TopicHop(rules.Clusters.Source!, topic, IsHeld: by is null), known.WaysOf(topic)),
    };

    private KeyedRecord Mark()
    {
        _markedAt = time.GetTimestamp();
        return ClaimRecord.Mark(who, ++_beat);
    }

    private async Task ClaimAsync(List<KeyedRecord> records, CancellationToken ct)
    {
        try
        {
            await state.AppendAsync(records, ct);
        }
        catch (KafkaErrorException refused)
        {
            throw new KafkaErrorException(
                refused.Code,
                $"{refused.Message}: topics that keep their names are begun only once they are claimed there, as other mirrors might carry "
                    + "them round");
        }
    }

    /// <summary>
    /// Where names tell where topics come from nothing waits for a state topic that cannot be written: what is told goes there when it can.
    /// </summary>
    private async Task WriteAsync(List<KeyedRecord> records, CancellationToken ct)
    {
        if (records.Count == 0)
        {
            return;
        }

        if (AreWanted)
        {
            await ClaimAsync(records, ct);
            return;
        }

        using var late = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await state.AppendAsync(records, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // They are on their way.
        }
        catch (KafkaErrorException)
        {
            // Whoever else writes there says so (LossLoop); the next round tries again.
            _told.Clear();
        }
    }
}
