using Heliostat.MirrorClient.Checkpoints;
using Heliostat.Mirroring.Groups;

namespace Heliostat.Mirroring.Tests.Groups;

public sealed class CheckpointStoreTests
{
    [Theory]
    [InlineData(100, 200, false)]
    [InlineData(101, 200, false)]
    [InlineData(101, 201, true)]
    [InlineData(99, 199, true)]
    [InlineData(100, 199, false)]
    public void A_checkpoint_is_news_when_the_group_went_back_or_gets_further(long upstream, long downstream, bool isNews)
    {
        var store = new CheckpointStore();
        Assert.True(store.IsNews(At(100, 200)));
        store.Put(At(100, 200));

        Assert.Equal(isNews, store.IsNews(At(upstream, downstream)));
    }

    [Fact]
    public void Of_each_that_is_followed_the_last_time_is_kept()
    {
        var store = new CheckpointStore();
        var gone = new Checkpoint("gone", new TopicPartition("A.orders", 3), 1, 1, "");
        store.Follow([gone, At(1, 2)]);
        store.Written([gone, At(1, 2)], TimeSpan.FromSeconds(1));
        Assert.Equal(["gone 1", "billing 1"], Told());

        store.Follow([At(5, 6)]);
        store.Written([At(5, 6)], TimeSpan.FromSeconds(2));
        Assert.Equal(["billing 2"], Told());

        IEnumerable<string> Told() => store.Times.Select(time => $"{time.Group} {time.Took.TotalSeconds}");
    }

    private static Checkpoint At(long upstream, long downstream) =>
        new("billing", new TopicPartition("A.orders", 3), upstream, downstream, "");
}
