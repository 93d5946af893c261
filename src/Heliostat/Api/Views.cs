using Heliostat.Output.Logs;
using Heliostat.Pages;
using Heliostat.Status;

namespace Heliostat.Api;

/// <summary>What each page shows now.</summary>
internal sealed class Views(IMirror mirror, Func<StatusDocument> status, History history, EventBook book, TimeProvider time)
{
    private const int MostEvents = 300;

    /// <summary>Title and text of a page by its path, <c>/flows/A..B/topics/orders</c>; null where there is none.</summary>
    public (string Title, Html Main)? Of(string path) =>
        path.Split('?')[0].Split('/')[1..].Select(Uri.UnescapeDataString).ToArray() switch
        {
            [""] => Front(),
            ["events"] =>
                ("Events", Html.Of(html => EventList.WritePage(html, [.. book.After(0).TakeLast(MostEvents)], time.GetUtcNow()))),
            ["flows", var flow] => Flow(Place.FlowName(flow)),
            ["flows", var flow, "topics", var topic] => Topic(Place.FlowName(flow), topic),
            _ => null,
        };

    private (string Title, Html Main)? Front()
    {
        var now = status();
        return (now.Sentence, FrontPage.Of(now, history, book.After(0)));
    }

    private (string Title, Html Main)? Flow(string name) => mirror.Look(true).Flows.FirstOrDefault(flow => flow.Flow == name) is { } flow
        ? (name, FlowPage.Of(StatusOf.Flow(flow, time.GetUtcNow()), StatusOf.Topics(flow, time.GetUtcNow()), StatusOf.Troubles([flow]),
            history, time.GetUtcNow()))
        : null;

    private (string Title, Html Main)? Topic(string name, string topic)
    {
        if (mirror.Look(true).Flows.FirstOrDefault(flow => flow.Flow == name) is not { } flow
            || StatusOf.Topics(flow, time.GetUtcNow()).FirstOrDefault(known => known.Topic == topic) is not { } found)
        {
            return null;
        }

        return (topic, TopicPage.Of(found, [.. flow.ByLane
            .Where(lane => lane.Topic == topic).Select(lane => StatusOf.Lane(name, lane, time.GetUtcNow()))], time.GetUtcNow()));
    }
}
