using System.Globalization;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.OffsetSyncs;

/// <summary>Check vectors of Kafka's OffsetSyncStoreTest and of the jars, and the store's invariants.</summary>
public sealed class OffsetSyncStoreTests(ITestOutputHelper output)
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Fact]
    public void Translation_goes_one_past_the_sync_before_and_says_so_when_there_is_none()
    {
        var store = Ended(keepHistory: false);

        Assert.Null(store.Translate(Partition, 5));
        store.Add(new OffsetSync(Partition, 100, 200));
        Assert.Equal(201, store.Translate(Partition, 150));
        Assert.Equal(200, store.Translate(Partition, 100));
        Assert.Equal(-1, store.Translate(Partition, 5));
        store.Add(new OffsetSync(Partition, 150, 251));
        Assert.Equal(251, store.Translate(Partition, 150));
        store.Add(new OffsetSync(Partition, 200, 10));
        Assert.Equal(10, store.Translate(Partition, 200));
        store.Add(new OffsetSync(Partition, 20, 20));
        Assert.Equal(20, store.Translate(Partition, 20));
        Assert.Equal(-1, store.Translate(Partition, 19));
    }

    [Fact]
    public void Nothing_is_translated_until_the_topic_is_read()
    {
        var store = new OffsetSyncStore(keepHistory: true);
        store.Add(new OffsetSync(Partition, 100, 200));

        Assert.Null(store.Translate(Partition, 100));
        store.ReachedEnd();
        Assert.Equal(200, store.Translate(Partition, 100));
        Assert.Null(store.Translate(new TopicPartition("t", 1), 100));
    }

    [Theory]
    [InlineData(false, "10000 9990 9970 9940 9880 9640 9160 8680 6760 4840 1000", 1010)]
    [InlineData(true, "10000 9990 9960 9900 9840 9600 9120 8640 7680 3840 0", 1000)]
    public void History_is_kept_as_far_as_the_start_allows(bool keepHistory, string kept, int second)
    {
        var store = new OffsetSyncStore(keepHistory);
        Feed(store, 0, 1000, 10);
        store.ReachedEnd();
        Feed(store, second, 10000, 10);

        Assert.Equal(kept, string.Join(' ', store.Kept(Partition).Select(s => s.UpstreamOffset)));
    }

    [Fact]
    public void Syncs_a_hundred_apart_are_kept_as_Kafka_keeps_them()
    {
        var store = Ended(keepHistory: true);
        Feed(store, 0, 10000, 100);

        Assert.Equal("10000 9900 9800 9600 8800 8000 6400 0", string.Join(' ', store.Kept(Partition).Select(s => s.UpstreamOffset)));
    }

    [Theory]
    [InlineData(500000, 409601)]
    [InlineData(900000, 819201)]
    [InlineData(990000, 985601)]
    [InlineData(999000, 998401)]
    [InlineData(999900, 999900)]
    [InlineData(999950, 999901)]
    [InlineData(1000050, 1000001)]
    public void A_group_far_behind_reads_much_again(long upstream, long downstream)
    {
        var store = Ended(keepHistory: true);
        Feed(store, 0, 1000000, 100);

        Assert.Equal(downstream, store.Translate(Partition, upstream));
    }

    [Fact]
    public void Every_offset_synced_leaves_the_powers_of_two()
    {
        var store = Ended(keepHistory: true);
        Feed(store, 0, 199999, 1);

        Assert.Equal(
            "199999 199998 199996 199992 199984 199968 199936 199872 199808 199680 199168 198656 196608 192512 188416 180224 163840 131072 0",
            string.Join(' ', store.Kept(Partition).Select(s => s.UpstreamOffset)));
    }

    [KafkaFact]
    public async Task Any_run_of_syncs_is_kept_and_translated_as_MirrorMaker_2_does()
    {
        var random = Seed.New(output);

        await MirrorOracle.AgreesAsync([.. Enumerable.Range(0, 400).Select(_ => Case(random))]);
    }

    [Fact]
    public void Offsets_at_the_end_of_what_a_number_holds_do_no_harm()
    {
        var store = Ended(keepHistory: true);
        foreach (var offset in (long[])[0, 1, long.MaxValue - 2, long.MaxValue - 1, long.MaxValue])
        {
            store.Add(new OffsetSync(Partition, offset, offset));
        }

        Assert.Equal(long.MaxValue, store.Translate(Partition, long.MaxValue));
    }

    private static (string Question, string Ours) Case(Random random)
    {
        var mustRead = random.Next(2) == 0;
        var at = new OffsetSync(Partition, random.Next(1000), random.Next(1000));
        OffsetSync[] initial = [.. Run(random, ref at)];
        OffsetSync[] later = [.. Run(random, ref at)];
        long[] queries = [.. Enumerable.Range(0, 40).Select(_ => random.NextInt64(at.UpstreamOffset + 100))];

        var store = new OffsetSyncStore(keepHistory: !mustRead);
        Array.ForEach(initial, s => store.Add(s));
        store.ReachedEnd();
        Array.ForEach(later, s => store.Add(s));
        var ours = string.Join(' ', store.Kept(Partition).Select(Show)) + "\t"
            + string.Join(' ', queries.Select(q => store.Translate(Partition, q)?.ToString(CultureInfo.InvariantCulture) ?? "-"));

        return (MirrorOracle.Line("store", mustRead, string.Join(' ', initial.Select(Show)), string.Join(' ', later.Select(Show)),
            string.Join(' ', queries)), ours);
    }

    private static List<OffsetSync> Run(Random random, ref OffsetSync at)
    {
        List<OffsetSync> syncs = [];
        var spread = 1 << random.Next(16);
        for (var count = random.Next(5) == 0 ? 0 : random.Next(200); count > 0; count--)
        {
            var rewind = random.Next(100) == 0;
            at = rewind ? at with { UpstreamOffset = random.NextInt64(at.UpstreamOffset + 1) } : at with
            {
                UpstreamOffset = at.UpstreamOffset + random.Next(spread),
                DownstreamOffset = at.DownstreamOffset + random.Next(spread)
            };
            syncs.Add(at);
        }

        return syncs;
    }

    private static string Show(OffsetSync sync) =>
        string.Create(CultureInfo.InvariantCulture, $"{sync.UpstreamOffset}:{sync.DownstreamOffset}");

    private static OffsetSyncStore Ended(bool keepHistory)
    {
        var store = new OffsetSyncStore(keepHistory);
        store.ReachedEnd();
        return store;
    }

    private static void Feed(OffsetSyncStore store, int from, int to, int step)
    {
        for (var offset = from; offset <= to; offset += step)
        {
            store.Add(new OffsetSync(Partition, offset, offset));
        }
    }
}
