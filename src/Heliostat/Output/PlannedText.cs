using System.Globalization;
using System.Text.RegularExpressions;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Output;

/// <summary>A planned file as text: a block for each flow, a paragraph for each thing that would be done.</summary>
/// <param name="width">Where lines are broken.</param>
/// <param name="all">Lists are printed whole, however long.</param>
internal sealed partial class PlannedText(int width, bool all)
{
    private const int Few = 12;
    private const int Same = 2;

    private readonly WrappedText _text = new(width);

    public static string Of(PlannedFile file, int width, bool all)
    {
        var text = new PlannedText(width, all);
        foreach (var flow in file.Flows)
        {
            text.Flow(flow, file.BytesPerSecond);
        }

        return text._text.ToString();
    }

    private void Flow(FlowPlan flow, long rate)
    {
        _text.Line(0, $"{flow.Flow}  from {Cluster(flow.Source)} to {Cluster(flow.Target)}");
        if (!flow.Enabled)
        {
            _text.Line(1, "Heartbeats only: the flow is not enabled, and mirrors nothing.");
        }
        else
        {
            _text.Line(1, $"{Number(flow.Mirrored.Count, "topic is", "topics are")} mirrored, in {Number(flow.Lanes, "lane", "lanes")}.");
        }

        if (flow.Unnamed.Count > 0)
        {
            _text.Line(2,
                $"{Number(flow.Unnamed.Count, "of them is", "of them are")} mirrored although topics does not select "
                    + $"{(flow.Unnamed.Count == 1 ? "it" : "them")}, as heartbeats topics are by their names: {Some(flow.Unnamed)}; "
                    + "heartbeats.replication.enabled = false ends that");
        }

        Paragraph($"Create {Number(flow.Create.Count, "topic", "topics")}", flow.Create, Create);
        Paragraph($"Create {Number(flow.InternalTopics.Count, "topic", "topics")} for its own use", flow.InternalTopics, Internal);
        Paragraph($"Add partitions to {Number(flow.Grow.Count, "topic", "topics")}", flow.Grow, Grow);
        Paragraph($"Change {Number(flow.Configs.Count, "config", "configs")}", flow.Configs, Config);
        if (flow.Enabled)
        {
            Acls(flow.Acls);
            Groups(flow.Groups);
        }

        LeftOut(flow);
        if (flow.Enabled)
        {
            Copy(flow.Copy, rate);
        }

        Paragraph(
            "Records that are looked at one by one, which costs some three times as much as passing them on; batches in which nothing "
                + "changes pass", flow.Transformed,
            transform => _text.Line(2, $"{string.Join(", then ", transform.Steps)}: {Some(transform.Topics)}"));
        Paragraph("Batches that are opened and built anew, which is slower than passing them on", flow.Opened,
            opened => _text.Line(2, $"{Words(opened.Reason)}: {Some(opened.Topics)}"));
        var equality = flow.Equality.GroupBy(lane => lane.State).OrderBy(state => state.Key, StringComparer.Ordinal).ToList();
        Paragraph("Same offsets, as far as logs tell", equality,
            state => _text.Line(2, $"{state.Key}: {Some([.. state.Select(lane => $"{lane.Topic}-{lane.Partition}")])}"));
        if (flow.Hazards.Count > 0)
        {
            _text.Line(1, "Beware");
            foreach (var hazard in flow.Hazards)
            {
                _text.Line(2, hazard.Topics.Count == 0 ? hazard.What : $"{hazard.What}: {Some(hazard.Topics)}");
            }
        }

        Paragraph($"Refused: {Text(flow.Refusals.Count)}", Alike(flow.Refusals), refusal => _text.Line(2, refusal));
        Rights(flow.Rights);
        _text.Line(0, "");
    }

    private static string Words(OpenReason reason) => reason switch
    {
        OpenReason.OldFormat => "format 0 or 1",
        OpenReason.KeyPlacement => "records are placed by the hash of their keys",
        OpenReason.Recoding => "compressed with another codec, as compression.type asks",
        OpenReason.Holes => "compacted on the source: batches with holes",
        OpenReason.LogAppendTime => "LogAppendTime on the source: each record gets the time that consumers saw as its own",
        OpenReason.BeforePosition => "begun before the position",
        OpenReason.TooLarge => "larger than the mirror takes",
        OpenReason.Transforms => "changed by transforms",
        OpenReason.Until => "ended within",
        _ => "small ones that go faster together",
    };

    private void Paragraph<T>(string title, IReadOnlyList<T> items, Action<T> print)
    {
        if (items.Count == 0)
        {
            return;
        }

        _text.Line(1, title);
        foreach (var item in items.Take(all ? int.MaxValue : Few))
        {
            print(item);
        }

        More(items.Count);
    }

    private void More(int count)
    {
        if (!all && count > Few)
        {
            _text.Line(2, $"and {Text(count - Few)} more; --all lists them");
        }
    }

    private void Create(PlannedTopic topic)
    {
        var configs = string.Join(", ", topic.Configs.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} = {c.Value}"));
        _text.Line(2,
            $"{topic.Remote}  "
                + $"{Size(topic.Partitions, topic.ReplicationFactor)}{(configs.Length > 0 ? ", " + configs : "")}{Refused(topic.Refusal)}");
    }

    private void Internal(PlannedInternalTopic topic) =>
        _text.Line(2, $"{topic.Name}  on {topic.Cluster}, {Size(topic.Partitions, topic.ReplicationFactor)}{Refused(topic.Refusal)}");

    private void Grow(PlannedGrowth growth) =>
        _text.Line(2, $"{growth.Remote}  from {Text(growth.From)} to {Text(growth.To)} partitions{Refused(growth.Refusal)}");

    private void Config(PlannedConfig config) => _text.Line(2, config.Config is null
        ? $"{config.Remote}{Refused(config.Refusal)}"
        : $"{config.Remote}  {config.Config}: {config.From ?? "unknown"} -> "
            + $"{config.To ?? "the target's default"}{Refused(config.Refusal)}");

    private void Acls(PlannedAcls acls)
    {
        if (acls.Off is { } off)
        {
            _text.Line(1, $"Copy no ACLs: {off}");
            return;
        }

        Paragraph($"Add {Number(acls.Add.Count, "access rule", "access rules")}", acls.Add, rule => _text.Line(2, rule));
        if (acls.Copied > 0)
        {
            _text.Line(acls.Add.Count > 0 ? 2 : 1, $"{Number(acls.Copied, "access rule is", "access rules are")} there already");
        }

        foreach (var alike in acls.Notes.GroupBy(note => note.Note))
        {
            _text.Line(1, $"Of the source's access rules, {Number(alike.Count(), "is", "are")} {alike.Key}");
            foreach (var note in alike.Take(all ? int.MaxValue : Few))
            {
                _text.Line(2, note.Rule);
            }

            More(alike.Count());
        }
    }

    private void Groups(PlannedGroups groups)
    {
        if (groups.Off is { } off)
        {
            _text.Line(1, $"Follow no consumer groups: {off}");
            return;
        }

        var how = groups.OffsetsWritten
            ? "checkpoints, and offsets in the target's groups"
            : "checkpoints only: sync.group.offsets.enabled is false";
        _text.Line(1, $"Follow {Number(groups.Followed.Count, "consumer group", "consumer groups")} ({how})");
        if (groups.Followed.Count > 0)
        {
            _text.Line(2, Some(groups.Followed));
        }
    }

    private void Rights(IReadOnlyList<PlannedRight> rights)
    {
        if (all)
        {
            Paragraph("Rights that it needs", rights,
                right => _text.Line(2, $"{right.Cluster}: {right.Principal ?? "its principal"} on {right.Resource}: {Stand(right)}"));
        }

        var untold = rights.Count(right => right.Unknown.Count > 0);
        if (untold > 0 && !all)
        {
            _text.Line(1, $"Of {Number(untold, "resource", "resources")} the brokers do not tell all rights; --all lists them");
        }

        if (rights.Any(right => right.Command is not null))
        {
            _text.Line(1, "What gives the rights that are missing, by somebody who may");
            foreach (var right in rights.Where(right => right.Command is not null))
            {
                _text.Whole(2, right.Command!);
            }
        }
    }

    private static string Stand(PlannedRight right) =>
        string.Join("; ", new[] { ("has", right.Has), ("lacks", right.Lacks), ("not told", right.Unknown) }
            .Where(part => part.Item2.Count > 0).Select(part => $"{part.Item1} {string.Join(", ", part.Item2)}"));

    private void LeftOut(FlowPlan flow)
    {
        if (flow.LeftOut.Count == 0)
        {
            return;
        }

        _text.Line(1, $"Leave out {Number(flow.LeftOut.Count, "topic", "topics")}");
        foreach (var alike in flow.LeftOut.GroupBy(t => t.Reason).OrderBy(g => g.Key))
        {
            _text.Line(2, $"{LeftOutWords.Of(alike.Key, flow.Target.Alias)}: {Some([.. alike.GroupBy(t => t.Detail).Select(Together)])}");
        }
    }

    /// <summary>Topics of which one thing is to be known.</summary>
    private string Together(IGrouping<string?, PlannedOmission> alike) =>
        Some([.. alike.Select(t => t.Topic)]) + (alike.Key is null ? "" : $" ({alike.Key})");

    private void Copy(PlannedCopy copy, long rate)
    {
        var bytes = copy.Bytes is { } known ? $", {Quantity.Bytes(known)} on the source's disks" : "";
        var resumed = copy.Resumed > 0 ? $"; {Number(copy.Resumed, "lane goes", "lanes go")} on at stored positions" : "";
        _text.Line(1, $"Copy {Number(copy.Records, "record", "records")} at most{bytes}, before it has caught up{resumed}");
        if (copy.Bytes is { } size)
        {
            _text.Line(2,
                $"takes about {Quantity.Time((double)size / rate)} at {Quantity.Bytes(rate)} a second, if that is what clusters and "
                    + $"network bear: a rate stated with --rate, not measured");
        }
        else
        {
            _text.Line(2, $"how many bytes and how long is not known: {copy.BytesUnknown}");
        }

        if (copy.Unknown > 0)
        {
            _text.Line(2, $"without {Number(copy.Unknown, "lane", "lanes")} whose offsets cannot be looked up now");
        }
    }

    /// <summary>Refusals that differ only in names and numbers, once with how many more there are.</summary>
    private IReadOnlyList<string> Alike(IReadOnlyList<string> refusals) => all ? refusals :
    [
        .. refusals.GroupBy(refusal => Names().Replace(refusal, "#")).SelectMany(
            alike => alike.Count() <= Same ? alike.ToArray() : [$"{alike.First()}; and {Text(alike.Count() - 1)} more like it"]),
    ];

    private string Some(IReadOnlyCollection<string> names) =>
        all || names.Count <= Few ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Few))} and {Text(names.Count - Few)} more";

    private static string Refused(string? refusal) => refusal is null ? "" : "  REFUSED, see below";

    private static string Cluster(PlannedCluster cluster) =>
        $"{cluster.Alias} ({(cluster.ClusterId is null ? "" : $"cluster {cluster.ClusterId}, ")}"
            + $"{Number(cluster.Brokers, "broker", "brokers")})";

    private static string Size(int partitions, int replicas) =>
        $"{Number(partitions, "partition", "partitions")}, "
            + $"{(replicas < 0 ? "the default number of replicas" : Number(replicas, "replica", "replicas"))}";

    private static string Number(long count, string one, string many) => $"{Text(count)} {(count == 1 ? one : many)}";

    private static string Text(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"'[^']*'|\d+( partitions?)?")]
    private static partial Regex Names();
}
