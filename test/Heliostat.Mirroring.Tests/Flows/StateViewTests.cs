using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Ownership;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

public sealed class StateViewTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_was_paused_and_let_go_on_before_is_not_paused_again_when_the_topic_is_read_once_more()
    {
        const string topic = "heliostat-state.A.internal";
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("B").CreateTopicAsync(topic, 1, null, Ct);
        var flow = bench.File("A->B.enabled = true").Flows.Single(flow => flow.Enabled);
        await using var pauses = new FlowPauses(flow, TimeProvider.System, NullLoggerFactory.Instance);
        var (all, orders) = (new PausedPlace(null, null), new PausedPlace("orders", null));
        await pauses.SayAsync([all, orders], still: true, Ct);
        await pauses.SayAsync([all], still: false, Ct);
        var suspended = new Suspensions();
        List<bool> heard = [];
        suspended.Changed = () => heard.Add(suspended.All);

        var topics = new FollowedTopics(() => bench.KafkaClient("B"), TimeProvider.System, NullLoggerFactory.Instance);
        var words = new OperatorWords(suspended, new WishBook(TimeProvider.System), new SkipBook());
        await using var view = new StateView(topics, topic, words, static _ => { }, TimeProvider.System);
        await view.ToEndAsync(Ct);

        Assert.True(suspended.Has(new TopicPartition("orders", 0)));
        Assert.Equal([false], heard);
        await pauses.SayAsync([all], still: true, Ct);
        await view.ToEndAsync(Ct);
        Assert.True(suspended.All);
    }
}
