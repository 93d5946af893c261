using System.Globalization;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.OffsetSyncs;

public sealed class OffsetSyncEmitterTests(ITestOutputHelper output)
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Fact]
    public void The_first_record_seen_is_synced_and_then_one_in_every_lag_plus_one()
    {
        var emitter = new OffsetSyncEmitter(100);

        emitter.Acknowledged(Partition, 0, 0, 1);
        Assert.Equal([0], Due(emitter));
        emitter.Acknowledged(Partition, 1, 1, 100);
        Assert.Empty(Due(emitter));
        emitter.Acknowledged(Partition, 101, 101, 1);
        Assert.Equal([101], Due(emitter));
        emitter.Acknowledged(Partition, 102, 102, 1000);
        Assert.Equal([1010], Due(emitter));
    }

    [Fact]
    public void A_hole_on_the_source_and_a_target_that_lost_records_are_synced_at_once()
    {
        var emitter = new OffsetSyncEmitter(100);
        emitter.Acknowledged(Partition, 0, 0, 10);
        Assert.Equal([0], Due(emitter));

        emitter.Acknowledged(Partition, 11, 10, 5);
        Assert.Equal([11], Due(emitter));
        emitter.Acknowledged(Partition, 16, 3, 5);
        Assert.Equal([16], Due(emitter));
        emitter.Acknowledged(Partition, 5, 8, 5);
        Assert.Equal([5], Due(emitter));
    }

    [Fact]
    public void A_commit_syncs_the_last_record_of_an_idle_partition()
    {
        var emitter = new OffsetSyncEmitter(100);
        emitter.Acknowledged(Partition, 0, 0, 50);
        Assert.Equal([0], Due(emitter));

        emitter.Commit();
        Assert.Equal([49], Due(emitter));
        emitter.Commit();
        Assert.Empty(Due(emitter));
    }

    [Fact]
    public void What_is_not_sent_yet_is_replaced_and_keeps_its_place()
    {
        var other = new TopicPartition("t", 1);
        var emitter = new OffsetSyncEmitter(0);
        emitter.Acknowledged(Partition, 0, 0, 1);
        emitter.Acknowledged(other, 0, 0, 1);
        emitter.Acknowledged(Partition, 1, 1, 1);

        Assert.True(emitter.TryTake(out var first));
        Assert.Equal(new OffsetSync(Partition, 1, 1), first);
        Assert.True(emitter.TryTake(out var second));
        Assert.Equal(other, second.TopicPartition);
        Assert.False(emitter.TryTake(out _));
    }

    [Fact]
    public void A_partition_given_up_counts_as_new_when_it_comes_back()
    {
        var emitter = new OffsetSyncEmitter(100);
        emitter.Acknowledged(Partition, 0, 0, 10);
        Assert.Equal([0], Due(emitter));

        emitter.Forget(Partition);
        emitter.Commit();
        Assert.Empty(Due(emitter));
        emitter.Acknowledged(Partition, 10, 10, 1);
        Assert.Equal([10], Due(emitter));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    public void Any_lag_is_a_lag(long maxLag)
    {
        var emitter = new OffsetSyncEmitter(maxLag);
        emitter.Acknowledged(Partition, 0, 0, 10);
        emitter.Acknowledged(Partition, 10, 10, 10);

        Assert.Equal(maxLag > 0 ? [0] : [19], Due(emitter));
    }

    [KafkaFact]
    public async Task Batches_make_the_syncs_that_their_records_would_have_made_in_MirrorMaker_2()
    {
        var random = Seed.New(output);

        await MirrorOracle.AgreesAsync([.. Enumerable.Range(0, 400).Select(_ => Case(random))]);
    }

    /// <summary>Whatever is emitted and kept, a translation is never behind the exact place.</summary>
    [Fact]
    public void Translations_are_never_later_than_exact()
    {
        var random = Seed.New(output);
        for (var round = 0; round < 200; round++)
        {
            var emitter = new OffsetSyncEmitter(random.Next(3) == 0 ? 0 : random.Next(200));
            var store = new OffsetSyncStore(keepHistory: true);
            store.ReachedEnd();
            List<(long Source, long Target)> mirrored = [];
            long source = 0, target = 0;
            for (var batch = 0; batch < 50; batch++)
            {
                source += random.Next(3) == 0 ? random.Next(30) : 0;
                target += random.Next(5) == 0 ? random.Next(30) : 0;
                var count = 1 + random.Next(150);
                emitter.Acknowledged(Partition, source, target, count);
                mirrored.AddRange(Enumerable.Range(0, count).Select(n => (source + n, target + n)));
                (source, target) = (source + count, target + count);
                if (random.Next(4) == 0)
                {
                    emitter.Commit();
                }

                while (emitter.TryTake(out var sync))
                {
                    store.Add(sync);
                }
            }

            for (long offset = 0; offset <= source; offset++)
            {
                var at = mirrored.FindIndex(m => m.Source >= offset);
                var exact = at < 0 ? mirrored[^1].Target + 1 : mirrored[at].Target;
                Assert.True(store.Translate(Partition, offset) <= exact, $"{offset}: {store.Translate(Partition, offset)}, exact {exact}");
            }
        }
    }

    private static (string Question, string Ours) Case(Random random)
    {
        var lag = random.Next(4) switch { 0 => 0, 1 => 100, 2 => random.Next(20), _ => random.Next(500) };
        var emitter = new OffsetSyncEmitter(lag);
        var at = new (long Up, long Down)[3];
        List<string> steps = [];
        List<string> states = [];
        List<OffsetSync> pending = [];
        for (var i = 0; i < 60; i++)
        {
            switch (random.Next(12))
            {
                case 0:
                    steps.Add("c");
                    emitter.Commit();
                    break;
                case 1:
                    steps.Add("s");
                    pending.Clear();
                    break;
                default:
                    var p = random.Next(at.Length);
                    at[p].Up = Math.Max(0, at[p].Up + (random.Next(4) == 0 ? random.Next(-5, 20) : 0));
                    at[p].Down = Math.Max(0, at[p].Down + (random.Next(6) == 0 ? random.Next(-40, 40) : 0));
                    var count = 1 + random.Next(300);
                    steps.Add(string.Create(CultureInfo.InvariantCulture, $"{p}:{at[p].Up}:{at[p].Down}:{count}"));
                    emitter.Acknowledged(new TopicPartition("t", p), at[p].Up, at[p].Down, count);
                    at[p] = (at[p].Up + count, at[p].Down + count);
                    break;
            }

            while (emitter.TryTake(out var sync))
            {
                pending.RemoveAll(s => s.TopicPartition == sync.TopicPartition);
                pending.Add(sync);
            }

            states.Add(string.Join(',', pending.Select(Show).Order(StringComparer.Ordinal)));
        }

        emitter.Commit();
        List<OffsetSync> last = [];
        while (emitter.TryTake(out var sync))
        {
            last.Add(sync);
        }

        return (MirrorOracle.Line("emitter", lag, string.Join(' ', steps)),
            string.Join('|', states) + "\t" + string.Join(',', last.Select(Show).Order(StringComparer.Ordinal)));
    }

    private static string Show(OffsetSync sync) =>
        string.Create(CultureInfo.InvariantCulture, $"{sync.TopicPartition.Partition}:{sync.UpstreamOffset}:{sync.DownstreamOffset}");

    private static long[] Due(OffsetSyncEmitter emitter)
    {
        List<long> due = [];
        while (emitter.TryTake(out var sync))
        {
            due.Add(sync.UpstreamOffset);
        }

        return [.. due];
    }
}
