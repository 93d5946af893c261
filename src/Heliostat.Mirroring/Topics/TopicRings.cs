using Heliostat.Configuration.Options;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// The rings in which flows of a file would carry records round: names tell that only at run time, and with a policy that keeps names, not
/// even then. For each topic one flow of such a ring leaves it out, so that every record gets to each cluster once.
/// <list type="bullet">
/// <item>A. Whoever has mirrored a topic before goes on: what is stored of a flow decides first.</item>
/// <item>B. Where nothing is stored, a topic goes from where it holds records to where it holds none, or is not; where it is everywhere,
/// the last of the file's flows leaves it out.</item>
/// <item>C. A flow that has not mirrored a topic yet does not begin before all flows of the ring have looked at their clusters, since B
/// needs them.</item>
/// <item>D. What was decided for a topic stays decided while the process lives.</item>
/// </list>
/// Shared by the flows of a file; thread-safe.
/// </summary>
internal sealed class TopicRings
{
    private readonly Lock _gate = new();
    private Member[] _members = [];

    /// <param name="flows">All flows of the file.</param>
    public TopicRings(IEnumerable<FlowOptions> flows)
    {
        foreach (var flow in flows)
        {
            Join(flow);
        }
    }

    /// <summary>One more flow, after all others.</summary>
    public void Join(FlowOptions flow)
    {
        if (flow is { Enabled: true, Positions: WorkerOptions })
        {
            lock (_gate)
            {
                Take([.. _members,
                    new Member(flow.Name, TopicRules.Of(flow), _members.Length == 0 ? 0 : _members[^1].At + 1) { KeptIn = KeptIn(flow) }]);
            }
        }
    }

    /// <summary>The flow is none of this process's any more.</summary>
    public void Part(FlowName flow)
    {
        lock (_gate)
        {
            Take([.. _members.Where(member => member.Flow != flow)]);
        }
    }

    /// <summary>The flow begins anew with other options; what it has mirrored stays so.</summary>
    public void Change(FlowOptions flow)
    {
        lock (_gate)
        {
            if (Find(flow.Name) is { } former)
            {
                var member = new Member(flow.Name, TopicRules.Of(flow), former.At) { KeptIn = KeptIn(flow) };
                member.Has.UnionWith(former.Has);
                Take([.. _members.Select(other => other == former ? member : other)]);
            }
        }
    }

    /// <summary>The flow has looked up what is stored of it: positions of these topics of its source.</summary>
    public void Stored(FlowName flow, IEnumerable<string> topics)
    {
        lock (_gate)
        {
            Find(flow)?.Has.UnionWith(topics);
        }
    }

    /// <summary>
    /// Of these topics of the flow's source, those that somebody is to have and nobody has yet: whether they hold records matters.
    /// </summary>
    public IReadOnlyList<string> Open(FlowName flow, IEnumerable<string> topics)
    {
        lock (_gate)
        {
            return Find(flow) is not { } member ? [] :
            [
                .. from topic in topics
                   where member.Rules.Mirrors(topic)
                   let rings = RingsOf(member, topic)
                   where rings.Count > 0 && !rings.Exists(ring => Array.Exists(ring, step => step.By.Has.Contains(step.Topic)))
                   select topic,
            ];
        }
    }

    /// <summary>
    /// The flow has looked at its source, which has these topics now; those that are <see cref="Open"/> and hold records are
    /// <paramref name="filled"/>.
    /// </summary>
    public void Saw(FlowName flow, IEnumerable<string> topics, IEnumerable<string> filled)
    {
        lock (_gate)
        {
            if (Find(flow) is { } member)
            {
                member.Sees = topics.ToHashSet(StringComparer.Ordinal);
                member.Filled = filled.ToHashSet(StringComparer.Ordinal);
                foreach (var gone in member.Rings.Keys.Where(topic => !member.Sees.Contains(topic)).ToList())
                {
                    member.Rings.Remove(gone);
                }
            }
        }
    }

    /// <summary>Whether the flow has mirrored a topic before.</summary>
    public bool Has(FlowName flow, string topic)
    {
        lock (_gate)
        {
            return Find(flow)?.Has.Contains(topic) == true;
        }
    }

    /// <summary>Where flows of the file that lead to a cluster keep their positions and claims there.</summary>
    public IReadOnlySet<string> StateOn(string cluster) =>
        Volatile.Read(ref _members)
            .Where(member => member.Flow.Target == cluster).SelectMany(member => member.KeptIn).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether another flow of the file that leads to the same cluster would keep this name there.</summary>
    public bool IsShared(FlowName flow, string remote) =>
        Array.Exists(Volatile.Read(ref _members), member => member.Flow != flow && member.Flow.Target == flow.Target
            && member.Rules.Mirrors(remote) && member.Rules.Remote(remote) == remote);

    /// <summary>The flow does not run: it closes no ring.</summary>
    public void Leave(FlowName flow)
    {
        lock (_gate)
        {
            if (Find(flow) is { } member)
            {
                member.IsOut = true;
            }
        }
    }

    /// <summary>Null: the flow may mirror this topic of its source, and has it from now on. Otherwise why it leaves it out.</summary>
    public LeftOutTopic? Claim(FlowName flow, string topic)
    {
        lock (_gate)
        {
            if (Find(flow) is not { } member)
            {
                return null;
            }

            var rings = RingsOf(member, topic);
            if (rings.Select(ring => Judge(member, topic, ring)).FirstOrDefault(left => left is not null) is { } left)
            {
                return left;
            }

            member.Has.Add(topic);
            return null;
        }
    }

    /// <summary>
    /// Who would carry a topic round that the flow mirrors, and who therefore leaves it out once it is there; null where nobody would.
    /// </summary>
    public string? Closes(FlowName flow, string topic)
    {
        lock (_gate)
        {
            return Find(flow) is { } member
                && RingsOf(member, topic).Find(ring => Array.TrueForAll(ring, step => !step.By.IsOut)) is { } ring
                ? $"{Way(ring, topic)} would carry its records round for ever: {flow} has it, and the flow that would bring it back leaves "
                    + "it out" : null;
        }
    }

    private void Take(Member[] members)
    {
        Volatile.Write(ref _members, members);
        Array.ForEach(members, member => member.Rings.Clear());
    }

    private static string[] KeptIn(FlowOptions flow) => [flow.Worker.OffsetsTopic, FlowTopicNames.StateTopic(flow)];

    private static string Way(Step[] ring, string topic) =>
        string.Join(", ", ring.Select(step => step.Topic == topic ? $"{step.By.Flow}" : $"{step.By.Flow} ('{step.Topic}')"));

    private static LeftOutTopic? Judge(Member member, string topic, Step[] ring)
    {
        if (Array.Exists(ring, step => step.By.IsOut))
        {
            return null;
        }

        var way = Way(ring, topic);
        if (Array.Find(ring, step => step.By.Sees is null)?.By is { } unseen)
        {
            // One that has it may be the one to leave it out only where all have it.
            return member.Has.Contains(topic) && member.At < ring.Max(step => step.By.At) ? null : new LeftOutTopic(
                topic, LeftOutReason.RingUndecided,
                $"{way} would carry it round, and {unseen.Flow} has not looked at its clusters yet: who has it is decided then");
        }

        var least = Enumerable.Range(0, ring.Length)
            .OrderBy(i => ring[i].Claim).ThenByDescending(i => ring[(i + 1) % ring.Length].Claim).ThenByDescending(i => ring[i].By.At)
            .First();
        return ring[least].By != member ? null : new LeftOutTopic(
            topic, LeftOutReason.Ring,
            $"{way} would carry its records round for ever: "
                + $"{string.Join(", ", ring.Where(step => step.By != member).Select(step => step.By.Flow))} "
            + $"{(ring.Length == 2 ? "has" : "have")} it, and to have it by {member.Flow} take it out of the other's topics");
    }

    private Member? Find(FlowName flow) => Array.Find(_members, member => member.Flow == flow);

    /// <summary>By rules alone, and so the same for as long as the process lives.</summary>
    private List<Step[]> RingsOf(Member member, string topic)
    {
        if (member.Rings.TryGetValue(topic, out var known))
        {
            return known;
        }

        List<Step[]> rings = [];
        if (_members.Length > 1 && !Array.TrueForAll(_members, other => other.TellsOrigins(_members[0])))
        {
            Before([new Step(member, topic)], rings);
        }

        rings.RemoveAll(EndsAtOrigins);
        return member.Rings[topic] = rings;
    }

    /// <summary>
    /// Whether each record of a ring is left out where it was first written: all flows mark origins alike, and none brings in marked
    /// records of a cluster outside, which no flow of the ring would leave out.
    /// </summary>
    private bool EndsAtOrigins(Step[] ring)
    {
        var kind = ring[0].By.Rules.Provenance;
        return ring[0].By.Rules.MarksOrigins && Array.TrueForAll(ring, step => step.By.Rules.Provenance == kind)
            && !Array.Exists(_members,
                other => other.Rules.Provenance == kind && !Array.Exists(ring, step => step.By.Flow.Source == other.Flow.Source)
                    && Array.Exists(ring, step => step.By.Flow.Source == other.Flow.Target && other.MayBring(step.Topic)));
    }

    /// <summary>Rings may begin at whoever brought the topic to where <paramref name="way"/> begins.</summary>
    private void Before(Step[] way, List<Step[]> rings)
    {
        Walk(way, rings);
        var (last, first) = (way[^1], way[0]);
        foreach (var before in _members.Where(before => before.Flow.Target == first.By.Flow.Source))
        {
            if (before.Rules.Upstream(first.Topic) is { } name && before.Rules.Mirrors(name) && before.Rules.Remote(name) == first.Topic)
            {
                Step[] longer = [new Step(before, name), .. way];
                if (before.Flow.Source == last.By.Flow.Target)
                {
                    rings.Add(longer);
                }
                else if (!Array.Exists(way, step => step.By.Flow.Source == before.Flow.Source))
                {
                    Before(longer, rings);
                }
            }
        }
    }

    private void Walk(Step[] way, List<Step[]> rings)
    {
        var (last, first) = (way[^1], way[0]);
        var name = last.By.Rules.Remote(last.Topic);
        foreach (var next in _members.Where(next => next.Flow.Source == last.By.Flow.Target && next.Rules.Mirrors(name)))
        {
            Step[] further = [.. way, new Step(next, name)];
            if (next.Flow.Target == first.By.Flow.Source)
            {
                rings.Add(further);
            }
            else if (!Array.Exists(way, step => step.By.Flow.Source == next.Flow.Target || step.By.Flow.Target == next.Flow.Target))
            {
                Walk(further, rings);
            }
        }
    }

    /// <summary>A flow of a ring, and what the topic is called on its source.</summary>
    private sealed record Step(Member By, string Topic)
    {
        /// <summary>3: the flow has mirrored it; 2: its source has it, with records; 1: without; 0: none of these.</summary>
        public int Claim => By.Has.Contains(Topic) ? 3 : By.Sees?.Contains(Topic) != true ? 0 : By.Filled.Contains(Topic) ? 2 : 1;
    }

    private sealed class Member(FlowName flow, TopicRules rules, int at)
    {
        public FlowName Flow => flow;

        public TopicRules Rules => rules;

        /// <summary>Its place in the file.</summary>
        public int At => at;

        public required IReadOnlyList<string> KeptIn { get; init; }

        public HashSet<string> Has { get; } = new(StringComparer.Ordinal);

        public HashSet<string>? Sees { get; set; }

        public HashSet<string> Filled { get; set; } = [];

        public bool IsOut { get; set; }

        public Dictionary<string, List<Step[]>> Rings { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether a topic of its target may be its mirror of another; of names that no policy gives nobody can tell.</summary>
        public bool MayBring(string remote) =>
            rules.IsRenaming || ((rules.Upstream(remote) ?? remote) is var name && rules.Mirrors(name) && rules.Remote(name) == remote);

        /// <summary>
        /// Names that it makes hold the alias of its source, in a form that <paramref name="other"/> makes and understands too: no ring
        /// closes unseen.
        /// </summary>
        public bool TellsOrigins(Member other) =>
            rules.Prefixes && rules.Naming.SourceAlias == flow.Source && rules.Naming.TargetAlias == flow.Target
            && rules.Naming.Separator.Length > 0 && rules.Naming.Separator == other.Rules.Naming.Separator;
    }
}
