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

    private static Checkpoint At(long upstream, long downstream) =>
        new("billing", new TopicPartition("A.orders", 3), upstream, downstream, "");
}
