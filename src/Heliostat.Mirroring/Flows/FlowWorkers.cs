using System.Security.Cryptography;
using System.Text;
using Heliostat.Client.Membership;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Sharing;

namespace Heliostat.Mirroring.Flows;

/// <summary>The processes that run one flow, as a group on its target.</summary>
internal static class FlowWorkers
{
    /// <summary>What a lane costs that nothing comes of.</summary>
    private const long IdleLane = 1024;

    /// <summary>MirrorMaker 2's own group: it and we shut each other out, as the group takes members of one kind only.</summary>
    public static WorkerGroup Join(FlowOptions flow, FlowClients clients, string worker, TimeSpan grace, FlowScope scope)
    {
        var options = new MemberOptions
        {
            GroupId = flow.Worker.ShareGroupId,
            SessionTimeout = flow.Worker.SessionTimeout,
            HeartbeatInterval = flow.Worker.HeartbeatInterval,
            RebalanceTimeout = flow.Worker.RebalanceTimeout,
            StopTimeout = grace / 4,
        };
        return new WorkerGroup(
            clients.Worker(), options, new WorkerIdentity(worker, new LaneSlots(flow.Worker.Slots), File(flow)), scope);
    }

    /// <summary>What each slot costs: bytes a second since it was last asked, and something for each lane.</summary>
    public static Func<IReadOnlyDictionary<int, long>> Loads(LaneSlots slots, Func<IEnumerable<Lane>> lanes, TimeProvider time)
    {
        var meters = new Dictionary<LaneCounters, (long Bytes, long At)>();
        return () =>
        {
            Dictionary<int, long> loads = [];
            foreach (var lane in lanes())
            {
                var (bytes, now) = (lane.Counters.Bytes, time.GetTimestamp());
                var (before, at) = meters.GetValueOrDefault(lane.Counters, (bytes, now));
                meters[lane.Counters] = (bytes, now);
                var seconds = Math.Max(1, time.GetElapsedTime(at, now).TotalSeconds);
                var slot = slots.Of(lane.Plan.Source);
                loads[slot] = loads.GetValueOrDefault(slot) + IdleLane + (long)((bytes - before) / seconds);
            }

            return loads;
        };
    }

    /// <summary>What of the file decides what is written, and where: workers that differ in it must not share a flow.</summary>
    private static Dictionary<string, string> File(FlowOptions flow) => new(StringComparer.Ordinal)
    {
        ["topics"] = Digest(flow.Selection),
        ["naming"] = Digest(flow.Naming),
        ["transforms"] = Digest(flow.Transforms),
        ["heliostat.provenance"] = Digest(flow.Provenance),
        ["tasks.max"] = Digest(flow.Worker.Slots),
        // A worker that has the whole flow, as all had before, shares nothing out.
        ["exactly.once.source.support"] = Digest($"{flow.Worker.ExactlyOnce}{(flow.Worker.IsExactlyOnce ? ", in slots" : "")}"),
        ["offset.storage.topic"] = Digest(flow.Worker.OffsetsTopic),
        ["name"] = Digest(flow.Worker.ConnectorName),
        ["isolation.level"] = Digest(flow.SourceConsumer.Fetch.IsolationLevel),
        ["compression"] = Digest(flow.DataProducer.Codec),
    };

    private static string Digest<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{value}")).AsSpan(0, 6));
}
