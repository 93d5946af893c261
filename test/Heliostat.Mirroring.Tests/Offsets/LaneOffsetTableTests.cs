using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Offsets;

public sealed class LaneOffsetTableTests
{
    private static readonly TopicPartition Lane = new("orders", 0);
    private static readonly TopicPartition Place = new("A.orders", 0);

    /// <summary>Syncs are in no transaction: one beyond the position is of records that may have been aborted.</summary>
    [Theory]
    [InlineData(false, 16L)]
    [InlineData(true, null)]
    public void Records_in_transactions_are_not_taken_for_mirrored_because_a_sync_says_so(bool areInTransactions, long? source)
    {
        var offsets = new LaneOffsetTable(NullLogger.Instance) { AreInTransactions = areInTransactions };
        offsets.TakeHistory(new OffsetSync(Lane, 16, 16));
        offsets.ReachedEnd();

        var anchor = offsets.Tail(Lane, Place, new LanePosition(0, -1)).Anchor(45);

        Assert.Equal(source is { } at ? new TailAnchor(at, 16) : null, anchor);
    }
}
