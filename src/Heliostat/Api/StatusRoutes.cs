using Heliostat.Metrics;
using Heliostat.Status;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>What can be looked at: the whole, flows, topics, lanes, groups.</summary>
internal static class StatusRoutes
{
    private const int DefaultLimit = 100;
    private const int MostItems = 1000;

    /// <summary>What lists take behind the question mark.</summary>
    public static IReadOnlyList<(string Name, string Means)> Paging { get; } =
        [("limit", $"At most so many, {DefaultLimit} unless said, {MostItems} at most."),
            ("after", "Those that come after this one: the <code>next</code> of the answer before.")];

    public static IEnumerable<Route> All(IMirror mirror, Func<StatusDocument> status, History history)
    {
        yield return new Route("GET", "/api/v1/status", Role.View, "How the mirror is: a sentence, the flows, what stands still and why.",
            call => call.JsonAsync(status(), StatusJson.Plain.StatusDocument))
        { Gives = StatusJson.Default.StatusDocument };
        yield return new Route("GET", "/api/v1/flows", Role.View, "All flows.",
            call => call.JsonAsync(StatusOf.Flows(mirror.Look(true)), StatusJson.Plain.IReadOnlyListFlowDocument))
        { Gives = StatusJson.Default.IReadOnlyListFlowDocument };
        yield return new Route("GET", "/api/v1/flows/{flow}", Role.View, "One flow.",
            call => FlowAsync(call, mirror))
        { Gives = StatusJson.Default.FlowDocument };
        yield return new Route("GET", "/api/v1/flows/{flow}/history", Role.View, "The flow's last 15 minutes, second by second.",
            call => call.JsonAsync(
                history.Since(Places.FlowOf(mirror.Look(false), Places.Of(call)).Flow, call.QueryNumber("since") ?? 0),
                StatusJson.Plain.HistoryDocument))
        {
            Gives = StatusJson.Default.HistoryDocument,
            Query = [("since", "Only what was after this, in milliseconds since 1970.")],
        };
        yield return new Route("GET", "/api/v1/flows/{flow}/topics", Role.View, "The topics of a flow, by name.",
            call => TopicsAsync(call, mirror))
        {
            Gives = StatusJson.Default.PageTopicDocument,
            Query = [("q", "Only topics whose name has this in it."), ("state", "Only topics with a lane in this state."), .. Paging],
        };
        yield return new Route("GET", "/api/v1/flows/{flow}/topics/{topic}", Role.View, "One topic.", call => TopicAsync(call, mirror))
        {
            Gives = StatusJson.Default.TopicDocument
        };
        yield return new Route("GET", "/api/v1/flows/{flow}/topics/{topic}/lanes", Role.View, "The lanes of a topic, by partition.",
            call => LanesAsync(call, mirror, Places.Of(call)))
        { Gives = StatusJson.Default.PageLaneDocument, Query = Paging };
        yield return new Route("GET", "/api/v1/flows/{flow}/topics/{topic}/lanes/{partition}", Role.View, "One lane.",
            call => LaneAsync(call, mirror))
        { Gives = StatusJson.Default.LaneDocument };
        yield return new Route("GET", "/api/v1/flows/{flow}/audit", Role.View,
            "What the background audit (<code>heliostat.audit.rate</code>) knows of each lane; those first where something is wrong.",
            call => call.JsonAsync(
                PageOf(call, StatusOf.Audited(Places.FlowOf(mirror.Look(false), Places.Of(call))),
                    lane => $"{lane.Topic}/{lane.Partition}"), StatusJson.Plain.PageAuditedLaneDocument))
        { Gives = StatusJson.Default.PageAuditedLaneDocument, Query = Paging };
        yield return new Route("GET", "/api/v1/lanes", Role.View,
            "Lanes of all flows; <code>?state=failed,paused</code> gives those in trouble.", call => LanesAsync(call, mirror, null))
        {
            Gives = StatusJson.Default.PageLaneDocument,
            Query = [("flow", "Only of these flows."), ("topic", "Only of these topics."), ("state", "Only in these states."),
                ("top", "So many, the worst: those that stand still first, then by lag."), .. Paging],
        };
        yield return new Route("GET", "/api/v1/flows/{flow}/groups", Role.View,
            "Where each group stands on both sides, as <code>heliostat groups --json</code>; the clusters are asked.",
            call => GroupsAsync(call, mirror))
        { Gives = ApiJson.Default.FlowGroups };
    }

    private static Task FlowAsync(Call call, IMirror mirror)
    {
        var engine = mirror.Look(true);
        return call.JsonAsync(StatusOf.Flow(Places.FlowOf(engine, Places.Of(call)), engine.At), StatusJson.Plain.FlowDocument);
    }

    private static Task TopicsAsync(Call call, IMirror mirror)
    {
        var engine = mirror.Look(true);
        var (part, states) = (call.Query("q"), call.QueryAll("state"));
        var topics = StatusOf.Topics(Places.FlowOf(engine, Places.Of(call)), engine.At)
            .Where(topic => (part is null || topic.Topic.Contains(part, StringComparison.OrdinalIgnoreCase))
                && (states.Length == 0 || states.Any(state => Count(topic.Lanes, state) > 0)));
        return call.JsonAsync(PageOf(call, [.. topics], topic => topic.Topic), StatusJson.Plain.PageTopicDocument);
    }

    private static Task TopicAsync(Call call, IMirror mirror)
    {
        var engine = mirror.Look(true);
        var flow = Places.FlowOf(engine, Places.Of(call));
        return call.JsonAsync(
            StatusOf.Topics(flow, engine.At).FirstOrDefault(topic => topic.Topic == call["topic"])
                ?? throw new Refusal(StatusCodes.Status404NotFound, $"{flow.Flow} has no topic {call["topic"]}"),
            StatusJson.Plain.TopicDocument);
    }

    private static Task LaneAsync(Call call, IMirror mirror)
    {
        var place = Places.Of(call);
        var engine = mirror.Look(true);
        return call.JsonAsync(StatusOf.Lane(place.Flow, Places.LanesOf(engine, place)[0], engine.At), StatusJson.Plain.LaneDocument);
    }

    private static Task LanesAsync(Call call, IMirror mirror, Place? place)
    {
        var engine = mirror.Look(true);
        if (place is not null)
        {
            Places.LanesOf(engine, place);
        }

        var choice = place is null
            ? new LaneChoice([.. call.QueryAll("flow").Select(Place.FlowName)], call.QueryAll("topic"), call.QueryAll("state"),
                (int?)Math.Min(call.QueryNumber("top") ?? int.MaxValue, int.MaxValue))
            : new LaneChoice([place.Flow], [place.Topic!], [], null);
        choice = call.Query("top") is null ? choice with { Top = null } : choice;
        LaneDocument[] lanes = [.. choice.Of(engine).Select(lane => StatusOf.Lane(lane.Flow, lane.Lane, engine.At))];
        return call.JsonAsync(PageOf(call, lanes, lane => $"{new Place(lane.Flow, lane.Topic, lane.Partition)}"),
            StatusJson.Plain.PageLaneDocument);
    }

    private static async Task GroupsAsync(Call call, IMirror mirror)
    {
        var flow = Places.FlowOf(mirror.Look(false), Places.Of(call)).Flow;
        var groups = await call.AskedAsync(ct => mirror.GroupsAsync(flow, ct))
            ?? throw new Refusal(StatusCodes.Status404NotFound,
                $"{flow} keeps its positions in a group of the source, and follows no others");
        await call.JsonAsync(groups, ApiJson.Plain.FlowGroups);
    }

    /// <summary>The part of a list that a call asks for.</summary>
    public static Page<T> PageOf<T>(Call call, T[] all, Func<T, string> key)
    {
        var limit = (int)Math.Clamp(call.QueryNumber("limit") ?? DefaultLimit, 1, MostItems);
        var first = call.Query("after") is { } after ? Array.FindIndex(all, item => key(item) == after) + 1 : 0;
        T[] items = [.. all.Skip(first).Take(limit)];
        return new Page<T>(items, all.Length, first + items.Length < all.Length ? key(items[^1]) : null);
    }

    private static int Count(LaneCounts lanes, string state) => state switch
    {
        "live" => lanes.Live,
        "waiting" => lanes.Waiting,
        "paused" => lanes.Paused,
        "failed" => lanes.Failed,
        "stopped" => lanes.Stopped,
        _ => 0,
    };
}
