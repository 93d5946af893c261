using Heliostat.Client.Producing;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Tests.Offsets;

public sealed class LaneMapTests
{
    private readonly LaneMap _offsets = new(new TopicPartition("t", 0), byKey: false);

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, 100L)]
    [InlineData(14, 104L)]
    [InlineData(15, 105L)]
    [InlineData(16, 105L)]
    [InlineData(18, 107L)]
    [InlineData(19, 108L)]
    [InlineData(21, 108L)]
    [InlineData(22, null)]
    public void An_offset_goes_to_the_first_mirrored_record_from_there_on(long source, long? target)
    {
        _offsets.Stored(Batch(10, 3), 100);
        _offsets.Stored(Batch(13, 2), 103);
        _offsets.Stored(Batch(16, 3), 105);

        Assert.Equal(target, _offsets.ToTarget(source, position: 21));
    }

    [Fact]
    public void Runs_of_a_compacted_batch_stand_one_behind_the_other()
    {
        _offsets.Stored(Batch(10, 4, new OffsetRun(11, 1), new OffsetRun(14, 3)), 50);

        Assert.Equal([50, 51, 51, 51, 52, 53, 54], Enumerable.Range(11, 7).Select(source => _offsets.ToTarget(source, 20)!.Value));
    }

    [Fact]
    public void Where_the_target_named_no_place_records_stand_behind_all_before_them()
    {
        _offsets.Stored(Batch(10, 5), 0);
        _offsets.Stored(Batch(15, 5), -1);
        _offsets.Stored(Batch(20, 5), 10);

        Assert.Equal([4, 5, 9, 10], new long[] { 14, 15, 19, 20 }.Select(source => _offsets.ToTarget(source, 25)!.Value));
    }

    [Fact]
    public void Records_placed_by_key_are_not_told()
    {
        var byKey = new LaneMap(new TopicPartition("t", 0), byKey: true);
        byKey.Stored(Batch(10, 5), 0);

        Assert.Null(byKey.ToTarget(10, 15));
    }

    [Fact]
    public void Before_the_first_record_nothing_is_told() => Assert.Null(_offsets.ToTarget(10, 10));

    private static ProduceBatch Batch(long first, int records, params OffsetRun[] runs) =>
        new(null!, default, first, first + records, records, 0) { Note = runs.Length > 0 ? runs : null };
}
