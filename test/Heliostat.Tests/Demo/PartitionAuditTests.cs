using Heliostat.Demo.Audit;

namespace Heliostat.Tests.Demo;

public sealed class PartitionAuditTests
{
    [Fact]
    public void Equal_sides_are_clean()
    {
        var counts = Compare([0, 1, 2], [0, 1, 2]);

        Assert.Equal(new AuditCounts { Compared = 3 }, counts);
        Assert.True(counts.IsClean);
    }

    [Fact]
    public void A_record_that_did_not_arrive_is_lost() =>
        Assert.Equal(new AuditCounts { Compared = 2, Lost = 1 }, Compare([0, 1, 2], [0, 2]));

    [Fact]
    public void A_target_without_records_lost_them_all() => Assert.Equal(new AuditCounts { Lost = 2 }, Compare([0, 1], []));

    [Fact]
    public void A_record_that_arrived_twice_is_duplicated() =>
        Assert.Equal(new AuditCounts { Compared = 3, Duplicated = 1 }, Compare([0, 1, 2], [0, 1, 1, 2]));

    [Fact]
    public void A_record_behind_a_later_one_is_out_of_order() =>
        Assert.Equal(new AuditCounts { Compared = 3, OutOfOrder = 1 }, Compare([0, 1, 2], [1, 0, 2]));

    [Fact]
    public void A_record_that_changed_on_the_way_is_lost_and_foreign()
    {
        var counts = PartitionAudit.Compare(Side(0, [0, 1]), Side(0, [0], Record(1, identity: 77)), compacted: false);

        Assert.Equal(new AuditCounts { Compared = 1, Lost = 1, Foreign = 1 }, counts);
        Assert.False(counts.IsClean);
    }

    [Fact]
    public void A_record_without_a_number_is_lost_or_foreign_like_any_other()
    {
        var other = Record(-1, identity: 77);

        Assert.Equal(new AuditCounts { Compared = 2, Lost = 1 },
            PartitionAudit.Compare(Side(0, [0, 1], other), Side(0, [0, 1]), compacted: false));
        Assert.Equal(new AuditCounts { Compared = 2, Foreign = 1 },
            PartitionAudit.Compare(Side(0, [0, 1]), Side(0, [0, 1], other), compacted: false));
        Assert.Equal(new AuditCounts { Compared = 2, Expired = 2, Lost = 1 },
            PartitionAudit.Compare(Side(0, [0, 1, 2, 3], other), Side(5, [2, 3]), compacted: false));
    }

    [Fact]
    public void Equal_records_are_each_compared_with_one()
    {
        var same = Record(-1, identity: 77);

        Assert.Equal(new AuditCounts { Compared = 3 },
            PartitionAudit.Compare(Side(0, [], same, Record(0), same), Side(0, [], same, Record(0), same), compacted: false));
        Assert.Equal(new AuditCounts { Compared = 1, Lost = 1 },
            PartitionAudit.Compare(Side(0, [], same, same), Side(0, [], same), compacted: false));
        Assert.Equal(new AuditCounts { Compared = 2, Duplicated = 1 },
            PartitionAudit.Compare(Side(0, [], same, same), Side(0, [], same, same, same), compacted: false));
    }

    [Fact]
    public void What_retention_took_from_one_side_is_not_held_against_the_other()
    {
        Assert.Equal(new AuditCounts { Compared = 2, Expired = 2 },
            PartitionAudit.Compare(Side(0, [0, 1, 2, 3]), Side(5, [2, 3]), compacted: false));
        Assert.Equal(new AuditCounts { Compared = 2, Expired = 2 },
            PartitionAudit.Compare(Side(5, [2, 3]), Side(0, [0, 1, 2, 3]), compacted: false));
        Assert.Equal(new AuditCounts { Compared = 1, Expired = 2, Lost = 1 },
            PartitionAudit.Compare(Side(0, [0, 1, 2, 3]), Side(5, [2]), compacted: false));
    }

    [Fact]
    public void What_compaction_took_from_one_side_is_superseded_only_where_that_side_has_a_later_one()
    {
        var (old, newer, other) = (Record(0, key: 1), Record(1, key: 1), Record(2, key: 2));

        Assert.Equal(new AuditCounts { Compared = 2, Superseded = 1 },
            PartitionAudit.Compare(Side(0, [], old, newer, other), Side(0, [], newer, other), compacted: true));
        Assert.Equal(new AuditCounts { Compared = 2, Superseded = 1 },
            PartitionAudit.Compare(Side(0, [], newer, other), Side(0, [], old, newer, other), compacted: true));
        Assert.Equal(new AuditCounts { Compared = 2, Lost = 1 },
            PartitionAudit.Compare(Side(0, [], old, newer, other), Side(0, [], old, newer), compacted: true));
        Assert.Equal(new AuditCounts { Compared = 2, Lost = 1 },
            PartitionAudit.Compare(Side(0, [], old, newer, other), Side(0, [], old, other), compacted: true));
    }

    [Theory]
    [InlineData(2, 1, true)]
    [InlineData(1, 1, true)]
    [InlineData(2, 2, false)]
    [InlineData(5, 3, true)]
    [InlineData(5, 2, false)]
    public void A_translated_offset_is_right_when_both_readers_get_the_same_record_next(long source, long target, bool right)
    {
        var from = new AuditedPartition([Record(0, offset: 0), Record(1, offset: 2), Record(2, offset: 3)], 0, 0);
        var to = new AuditedPartition([Record(0, offset: 0), Record(1, offset: 1), Record(2, offset: 2)], 0, 0);

        Assert.Equal(right, PartitionAudit.IsTranslated(from, to, source, target));
    }

    private static AuditCounts Compare(long[] source, long[] target) =>
        PartitionAudit.Compare(Side(0, source), Side(0, target), compacted: false);

    private static AuditedPartition Side(long logStart, long[] numbers, params AuditedRecord[] records) =>
        new([.. numbers.Select(number => Record(number)), .. records], logStart, 0);

    private static AuditedRecord Record(long number, long offset = 0, ulong key = 0, ulong identity = 0) =>
        new(offset, number, identity == 0 ? (ulong)number + 1 : identity, key);
}
