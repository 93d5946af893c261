using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Protocol;
using Heliostat.Testing;
using Xunit.Abstractions;
using static Heliostat.MirrorClient.OffsetMaps.TranslationPrecision;

namespace Heliostat.MirrorClient.Tests.OffsetMaps;

/// <summary>The bytes of docs/formats.md, and what other bytes make of a map.</summary>
public sealed class OffsetMapRecordTests(ITestOutputHelper output)
{
    private static readonly TopicPartition Lane = new("orders", 3);

    [Fact]
    public void The_example_of_the_documentation_is_what_is_written()
    {
        var map = Example();
        var record = Assert.Single(map.Changes());

        Assert.Equal("000000066F72646572730000000300000000", Convert.ToHexString(record.Key.Write()));
        Assert.Equal("01" + "00" + "00" + "00" + "9003" + "00" + "00" + "29" + "01" + "00" + "01" + "2A" + "1A" + "64",
            Convert.ToHexString(record.Value!));
        Assert.Equal("heliostat-offset-map.A.internal", OffsetMapKey.Topic("A"));
    }

    [Fact]
    public void A_key_comes_back_and_all_parts_of_a_lane_have_one_place()
    {
        var key = new OffsetMapKey(Lane, 7);

        Assert.Equal(key, OffsetMapKey.Read(key.Write()));
        Assert.Equal(Enumerable.Repeat(key.PartitionAmong(25), 100),
            Enumerable.Range(0, 100).Select(chunk => new OffsetMapKey(Lane, chunk).PartitionAmong(25)));
        Assert.True(Enumerable.Range(0, 100).Select(p => new OffsetMapKey(new("orders", p), 0).PartitionAmong(25)).Distinct().Count() > 10);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000100066F72646572730000000300000000")]
    [InlineData("000000066F726465727300000003000000")]
    [InlineData("000000066F7264657273FFFFFFFF00000000")]
    [InlineData("000000066F726465727300000003FFFFFFFF")]
    public void What_is_no_key_is_malformed(string key) =>
        Assert.Throws<MalformedFrameException>(() => OffsetMapKey.Read(Convert.FromHexString(key)));

    [Theory]
    [InlineData("")]
    [InlineData("02000000")]
    [InlineData("010000")]
    [InlineData("01000000" + "00" + "00" + "00")]
    [InlineData("01000000" + "03" + "00" + "00" + "00")]
    [InlineData("01000000" + "07" + "00" + "00" + "00")]
    [InlineData("01000000" + "04" + "00")]
    [InlineData("01000000" + "FFFFFFFFFFFFFFFFFF01" + "00" + "00")]
    [InlineData("0100FFFFFFFFFFFFFFFF7F00" + "04" + "01" + "00")]
    [InlineData("01000000" + "05" + "00" + "00" + "FFFFFFFFFFFFFFFF7F")]
    [InlineData("01000000" + "04" + "FFFFFFFFFFFFFFFFFF01" + "00")]
    public void What_is_no_part_is_malformed_and_leaves_the_map_without_it(string value)
    {
        var loader = new OffsetMapLoader();
        loader.Add(new OffsetMapKey(Lane, 0).Write(), Convert.FromHexString(value));

        var map = loader.Load(Lane, out var problem);

        Assert.StartsWith("offset map of orders-3: part 0 is damaged, it and what follows are left out: ", problem,
            StringComparison.Ordinal);
        Assert.Null(map.ToTarget(0));
        Assert.Equal("01000000", Convert.ToHexString(Assert.Single(map.Changes()).Value!));
    }

    [Fact]
    public void Changed_bytes_are_a_part_or_malformed()
    {
        var random = Seed.New(output);
        var whole = Assert.Single(Example().Changes()).Value!;
        byte[] many = [.. Large(random).Changes()[0].Value!.Take(400)];

        foreach (var value in Mutations.Of(whole, random, 5000).Concat(Mutations.Of(many, random, 5000)))
        {
            var loader = new OffsetMapLoader();
            loader.Add(new OffsetMapKey(Lane, 0).Write(), value);
            var map = loader.Load(Lane, out _);
            map.ToTarget(random.NextInt64(2000));
            map.ToSource(random.NextInt64(2000));
            map.ToTarget(long.MaxValue);
            Assert.True(map.EndSource >= 0 && map.EndTarget >= 0);
        }
    }

    [Fact]
    public void A_map_goes_on_before_a_part_that_is_lost()
    {
        var map = Large(Seed.New(output));
        var records = map.Changes();
        var loader = new OffsetMapLoader();
        foreach (var record in records.Where(r => r.Key.Chunk != 3))
        {
            loader.Add(record.Key.Write(), record.Value);
        }

        var loaded = loader.Load(Lane, out var problem);
        Assert.StartsWith("offset map of orders-3: part 4 does not join part 2", problem, StringComparison.Ordinal);
        Assert.Equal(records.Where(r => r.Key.Chunk > 3).Select(r => (r.Key, Deleted: true)),
            loaded.Changes().Select(r => (r.Key, Deleted: r.Value is null)));

        var end = loaded.EndSource;
        loaded.ResumeAt(map.EndSource, map.EndTarget);
        Assert.Equal(map.ToTarget(end - 1), loaded.ToTarget(end - 1));
        Assert.Equal(AtOrBefore, loaded.ToTarget(end + 1)!.Value.Precision);
    }

    [Fact]
    public void Parts_are_of_a_size_and_only_the_open_one_is_written_again()
    {
        var map = Large(Seed.New(output));
        var first = map.Changes();
        map.Written(first);
        Assert.False(map.HasChanges);
        Assert.All(first, record => Assert.True(record.Value!.Length <= (16 * 1024) + 200));
        Assert.True(first.Count > 4);

        map.Append(map.EndSource + 1, map.EndTarget, 1);
        Assert.Equal(first[^1].Key, Assert.Single(map.Changes()).Key);
    }

    [Fact]
    public void What_changed_after_it_was_collected_comes_again()
    {
        var map = Example();
        var old = map.Changes();
        map.Append(5000, 5000, 1);
        map.Written(old);

        Assert.True(map.HasChanges);
        map.Written(map.Changes());
        Assert.False(map.HasChanges);
    }

    [Fact]
    public void A_loader_forgets_deleted_parts()
    {
        var loader = new OffsetMapLoader();
        var record = Assert.Single(Example().Changes());
        loader.Add(record.Key.Write(), record.Value);
        Assert.Equal(Example().Segments, loader.Load(Lane, out _).Segments);

        loader.Add(record.Key.Write(), null);
        Assert.Equal(0, loader.Load(Lane, out var problem).Segments);
        Assert.Null(problem);
    }

    /// <summary>
    /// 100 records from the beginning; three transactions of ten, a marker before each; then 26 source and 100 target offsets of which
    /// nothing is known.
    /// </summary>
    private static OffsetMap Example()
    {
        var map = new OffsetMap(Lane);
        map.Append(0, 0, 100);
        map.Append(101, 100, 10);
        map.Append(112, 110, 10);
        map.Append(123, 120, 10);
        map.ResumeAt(159, 230);
        map.Append(159, 230, 10);
        return map;
    }

    private static OffsetMap Large(Random random)
    {
        var map = new OffsetMap(Lane);
        while (map.Segments < 30_000)
        {
            map.Append(map.EndSource + 1 + random.Next(5), map.EndTarget + random.Next(3), 1 + random.Next(100));
        }

        return map;
    }
}
