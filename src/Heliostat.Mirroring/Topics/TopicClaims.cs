using System.Text;
using Heliostat.Client;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport.Waiting;

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
/// <item>E. Nothing is taken for told before the state topic has taken it, and nothing waits for that but topics that are begun.</item>
/// <item>F. Others may have taken a claim that was not marked for a while for one of a process that is gone: it is made anew, and what the
/// state topic took late is judged again.</item>
/// </list>
/// For one caller at a time.
/// </summary>
/// <param name="rules">The flow's rules, with the ids of its clusters.</param>
/// <param name="who">This process.</param>
/// <param name="stored">Topics with a stored position.</param>
/// <param name="own">What the flow's state topic holds.</param>
/// <param name="append">Writes to it; ends once it holds the records.</param>
/// <param name="time">The clock.</param>
internal sealed class TopicClaims(
    TopicRules rules, string who, Func<IEnumerable<string>> stored, ClaimBook own, Func<IReadOnlyList<KeyedRecord>, Task> append,
    TimeProvider time)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LooksFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TriesEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MarksEvery = TimeSpan.FromSeconds(15);

    /// <summary>Others wait a minute for a mark (<see cref="ClaimMarks"/>).</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(40);

    private readonly bool _areTold = !rules.MarksOrigins && rules.Clusters.TellIds;
    private readonly ClaimMarks _others = new(time);
    private ClaimState _now = new();

    /// <summary>What was written last, until it has ended; and what is so then, soon or late.</summary>
    private (Task Written, Action Stands, Action StandsLate)? _late;
    private volatile KafkaErrorException? _refused;
    private long? _putAt;
    private int _beat;

    /// <summary>Names do not tell where a topic came from: what is had for the first time is claimed before.</summary>
    public bool AreWanted => _areTold && !rules.Prefixes;

    /// <summary>Others may have claimed a topic lately.</summary>
    public bool MayMeetOthers => _now.Open.Count > 0 || (_putAt is { } at && time.GetElapsedTime(at) < LooksFor);

    /// <summary>When to look again though nothing seems to have changed; null where that need not be.</summary>
    public TimeSpan? Again => MayMeetOthers ? LooksEvery : AreWanted && (_late is not null || _refused is not null) ? TriesEvery : null;

    /// <summary>Why the state topic does not take what is told; null where it does, or nothing is begun only behind that.</summary>
    public Trouble? Trouble => AreWanted && _refused is { } refused ? Trouble.Of(refused) : null;

    /// <summary>Whether the flow has a topic; null where nothing is told of topics.</summary>
    public bool? Has(string topic) =>
        !_areTold ? null : !_now.Open.ContainsKey(topic) && (_now.Had.Contains(topic) || own.Origin(rules.Remote(topic))?.Topic == topic);

    /// <summary>How long a topic is claimed; null where it is not.</summary>
    public TimeSpan? ClaimedFor(string topic) => _now.Open.TryGetValue(topic, out var claim) ? time.GetElapsedTime(claim.At) : null;

    /// <summary>Topics with a stored position are had, also where an older version stored it and told nothing of it.</summary>
    public void Recall()
    {
        if (_areTold)
        {
            _now.Had.UnionWith(stored());
        }
    }

    /// <summary>
    /// Claims what is about to be mirrored for the first time; true where a claim stands now, and others' claims are to be looked for
    /// behind it.
    /// </summary>
    public async Task<bool> PutAsync(TopicPlan plan, CancellationToken ct)
    {
        Recall();
        if (_late is not null)
        {
            return await FinishAsync(isLate: true, ct);
        }

        if (_now.MarkedAt is { } marked && time.GetElapsedTime(marked) > StaleAfter)
        {
            _now.Open.Clear();
        }

        var fresh = AreWanted ? plan.Topics.Mirrored.Where(topic => IsUnclaimed(topic.Source)) : [];
        TopicClaim[] claims = [.. fresh.Select(topic => Of(topic.Source, topic.Remote, plan.Foreign, who))];
        return claims.Length > 0 && await WriteAsync([.. claims.Select(ClaimRecord.Of), ClaimRecord.Mark(who, ++_beat)], Stand, ct);

        void Stand()
        {
            _putAt = _now.MarkedAt = time.GetTimestamp();
            foreach (var claim in claims)
            {
                _now.Open[claim.Topic] = (claim, _putAt.Value);
            }
        }
    }

    /// <summary>
    /// What is mirrored now is this flow's, and what is not is given up, but for what is not decided. Returns the plan without what must
    /// not begin yet, as the state topic has not taken its claim, or that it is had.
    /// </summary>
    public async Task<TopicPlan> SettleAsync(TopicPlan plan, CancellationToken ct)
    {
        if (!_areTold)
        {
            return plan;
        }

        plan = Without(plan, IsUnclaimed);
        if (_late is null)
        {
            var next = _now.Copy();
            var (records, gone) = Settle(plan, next);
            await WriteAsync(records, Stand, ct, _now.Open.Count > 0 ? Renew : null);

            void Stand()
            {
                _now = next;
                _others.Keep(other => !gone.Contains(other.By));
            }
        }

        return Without(plan, topic => Has(topic) != true);
    }

    /// <summary>Gives up what is not decided. What cannot be told now ends with the marks.</summary>
    public async Task WithdrawAsync(CancellationToken ct)
    {
        if (_late is not null)
        {
            await FinishAsync(isLate: true, ct);
        }

        if (_late is null && _now.Open.Count > 0)
        {
            var records = _now.Open.Values.Select(claim => ClaimRecord.Gone(claim.Claim));
            await WriteAsync([.. records, ClaimRecord.NoMark(who)], () => _now.Open.Clear(), ct);
        }
    }

    /// <summary>What was decided is too old to begin by: the claims count from now.</summary>
    private void Renew()
    {
        _putAt = _now.MarkedAt = time.GetTimestamp();
        foreach (var (topic, (claim, _)) in _now.Open.ToList())
        {
            _now.Open[topic] = (claim, _putAt.Value);
        }
    }

    private bool IsUnclaimed(string topic) => !_now.Open.ContainsKey(topic) && Has(topic) != true;

    private TopicPlan Without(TopicPlan plan, Func<string, bool> waits) =>
        AreWanted ? plan.Without(waits, $"it is begun once {rules.Naming.TargetAlias} holds that it is claimed, or had") : plan;

    /// <summary>What is to be told, whose claims are forgotten; <paramref name="next"/> becomes what is so then.</summary>
    private (List<KeyedRecord> Records, HashSet<string> Gone) Settle(TopicPlan plan, ClaimState next)
    {
        // A claim goes behind what takes its place: one of them stands wherever this breaks off.
        List<KeyedRecord> records = [];
        TellOrigins(plan, next, records);
        SettleClaims(plan, next, records);
        var gone = ForgetOthers(next, records);
        if (next.Open.Count > 0 && !(next.MarkedAt is { } at && time.GetElapsedTime(at) < MarksEvery))
        {
            next.MarkedAt = time.GetTimestamp();
            records.Add(ClaimRecord.Mark(who, ++_beat));
        }
        else if (next.Open.Count == 0 && next.MarkedAt is not null)
        {
            records.Add(ClaimRecord.NoMark(who));
            next.MarkedAt = null;
        }

        return (records, gone);
    }

    private void SettleClaims(TopicPlan plan, ClaimState next, List<KeyedRecord> records)
    {
        var undecided = plan.Topics.LeftOut.Where(topic => topic.Reason == LeftOutReason.RingUndecided)
            .Select(topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (topic, (claim, at)) in _now.Open)
        {
            if (!undecided.Contains(topic))
            {
                records.Add(ClaimRecord.Gone(claim));
                next.Open.Remove(topic);
                continue;
            }

            var now = Of(topic, claim.Remote, plan.Foreign, who);
            var record = ClaimRecord.Of(now);
            if (!record.Value.AsSpan().SequenceEqual(ClaimRecord.Of(claim).Value))
            {
                records.Add(record);
                next.Open[topic] = (now, at);
            }
        }
    }

    private void TellOrigins(TopicPlan plan, ClaimState next, List<KeyedRecord> records)
    {
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (var topic in plan.Topics.Mirrored)
        {
            next.Had.Add(topic.Source);
            told.Add(topic.Remote);
            Tell(topic.Remote, ClaimRecord.Of(Of(topic.Source, topic.Remote, plan.Foreign, by: null)), next, records);
        }

        foreach (var left in plan.Topics.LeftOut.Where(left => left.Reason != LeftOutReason.RingUndecided))
        {
            next.Had.Remove(left.Name);
            if (own.Origin(rules.Remote(left.Name)) is { } had && had.Topic == left.Name && !told.Contains(had.Remote))
            {
                Tell(had.Remote, ClaimRecord.Gone(had), next, records);
            }
        }
    }

    /// <summary>Says where a topic of the target comes from, if the state topic does not say so yet.</summary>
    private void Tell(string remote, KeyedRecord origin, ClaimState next, List<KeyedRecord> records)
    {
        var value = origin.Value is null ? "" : Encoding.UTF8.GetString(origin.Value);
        var told = next.Told.TryGetValue(remote, out var before) ? before
            : own.Origin(remote) is { } claim ? Encoding.UTF8.GetString(ClaimRecord.Of(claim).Value!) : "";
        next.Told[remote] = value;
        if (value != told)
        {
            records.Add(origin);
        }
    }

    /// <summary>Claims of a process that is there no more would stay for ever.</summary>
    private HashSet<string> ForgetOthers(ClaimState next, List<KeyedRecord> records)
    {
        var gone = own.Claimants().Where(by => by == who ? next.MarkedAt is null : !_others.IsThere("", by, own.Mark(by)))
            .ToHashSet(StringComparer.Ordinal);
        records.AddRange(own.Claims().Where(claim => claim.By is { } by && gone.Contains(by)).Select(ClaimRecord.Gone));
        records.AddRange(gone.Select(ClaimRecord.NoMark));
        return gone;
    }

    private TopicClaim Of(string topic, string remote, ForeignFacts known, string? by) => new(topic, by, rules.Clusters.Target!, remote)
    {
        Ways = TopicWay.Through(new TopicHop(rules.Clusters.Source!, topic, IsHeld: by is null), known.WaysOf(topic)),
        KeepsOffsets = rules.KeepsOffsets(topic),
    };

    /// <summary>Nothing is so before the state topic has taken it: true, and <paramref name="stands"/> is called, once it has.</summary>
    private async Task<bool> WriteAsync(List<KeyedRecord> records, Action stands, CancellationToken ct, Action? standsLate = null)
    {
        if (records.Count == 0)
        {
            stands();
            return true;
        }

        _late = (append(records), stands, standsLate ?? stands);
        return await FinishAsync(isLate: false, ct);
    }

    /// <summary>
    /// Waits a little for what was written last; nothing else is written before it ended. What is refused is told again by the next round.
    /// </summary>
    private async Task<bool> FinishAsync(bool isLate, CancellationToken ct)
    {
        var (written, stands, standsLate) = _late!.Value;
        try
        {
            await written.WaitHereAsync(LongestWait, time, ct);
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (KafkaErrorException refused)
        {
            _late = null;
            _refused = new KafkaErrorException(
                refused.Code,
                $"{refused.Message}: topics that keep their names are begun only once they are claimed there, as other mirrors might carry "
                    + "them round");
            return false;
        }

        (_late, _refused) = (null, null);
        (isLate ? standsLate : stands)();
        return true;
    }
}
