using System.Globalization;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Planning;
using Heliostat.Output;

namespace Heliostat.Status;

/// <summary>Makes a document of what the clusters tell, where no mirror answers.</summary>
internal static class StandOf
{
    private const int MostNamed = 10;

    public static StatusDocument Clusters(IReadOnlyList<FlowStand> flows, IReadOnlyList<(string Flow, string Cause)> unread,
        string whoDoesNotAnswer, DateTimeOffset at)
    {
        TroubleDocument[] troubles =
        [
            .. unread.Select(flow => new TroubleDocument(flow.Flow, "unknown", flow.Cause, 0, [], null)),
            .. from flow in flows
               from same in flow.Halted.GroupBy(lane => lane.Cause)
               select new TroubleDocument(
                   flow.Flow, "failed", same.Key, same.Count(),
                   [.. same.Take(MostNamed).Select(lane => string.Create(CultureInfo.InvariantCulture, $"{lane.Topic}-{lane.Partition}"))],
                   null),
        ];
        FlowDocument[] documents = [.. flows.Select(Flow)];
        return new StatusDocument
        {
            Sentence = Sentence(documents, unread, whoDoesNotAnswer),
            Health = Health.Down,
            At = at,
            Version = ProgramVersion.Text,
            Flows = documents,
            Troubles = troubles,
        };
    }

    private static string Sentence(FlowDocument[] read, IReadOnlyList<(string Flow, string Cause)> unread, string whoDoesNotAnswer)
    {
        var cannot = unread.Count > 0 ? $"{unread[0].Flow} cannot be read: {unread[0].Cause}" : "";
        if (read.Length == 0)
        {
            return $"No mirror of this file answers at {whoDoesNotAnswer}{(cannot.Length > 0 ? $", and {cannot}" : "")}.";
        }

        var least = read.Any(flow => flow.LagRecords is null) ? "at least " : "";
        var halted = read.Sum(flow => flow.Lanes.Failed);
        return $"No mirror of this file answers at {whoDoesNotAnswer}. The clusters say: "
            + $"{Counted.Of(read.Sum(flow => flow.Lanes.All), "lane")}, "
            + $"{least}{Counted.Of(read.Sum(flow => flow.LagAtLeast), "record")} behind"
            + $"{(halted > 0 ? $", {Counted.Of(halted, "lane")} halted" : "")}{(cannot.Length > 0 ? $"; {cannot}" : "")}.";
    }

    private static FlowDocument Flow(FlowStand flow)
    {
        var name = FlowName.Parse(flow.Flow);
        var unknown = flow.Lanes.Count(lane => lane.Lag is null);
        return new FlowDocument
        {
            Flow = flow.Flow,
            Source = name.Source,
            Target = name.Target,
            State = "unknown",
            Lanes = new LaneCounts
            {
                Stopped = Math.Max(0, flow.Lanes.Count - flow.Halted.Count),
                Failed = flow.Halted.Count,
                LagUnknown = unknown
            },
            LagRecords = unknown > 0 ? null : flow.Lanes.Sum(lane => lane.Lag ?? 0),
            LagAtLeast = flow.Lanes.Sum(lane => lane.Lag ?? 0),
            WorstTopic = flow.Lanes.Where(lane => lane.Lag > 0).MaxBy(lane => lane.Lag)?.Topic,
        };
    }
}
