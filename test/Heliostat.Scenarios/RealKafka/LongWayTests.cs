using System.Globalization;
using Heliostat.Testing.Links;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>A target that is far away: 50 ms each way. One batch a request and five requests in flight would move 50 batches a second of a partition.</summary>
public sealed class LongWayTests(ITestOutputHelper output)
{
    private const int Batches = 4000;
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(50);
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaFact]
    public async Task Small_batches_are_merged_where_round_trips_would_bound_the_lane()
    {
        await using var link = DelayedLink.Open();
        await using var pair = await ClusterPair.StartAsync(
            new(), new() { Properties = new Dictionary<string, string> { ["advertised.listeners"] = $"PLAINTEXT://127.0.0.1:{link.Port}" } }, Ct);
        link.LeadTo(((KafkaCluster)pair.Target).Broker(1).Port);

        var zstd = await CatchUpAsync(pair, link, "zstd");
        var none = await CatchUpAsync(pair, link, "none");
        var live = await FollowAsync(pair, link);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"batches of one record in 100 ms round trips: zstd {zstd:0}/s, uncompressed {none:0}/s; live: {live.TotalSeconds:0.0} s behind"));
        Assert.True(zstd > 500, $"{zstd:0} batches/s");
        Assert.True(none > 500, $"{none:0} batches/s");
        Assert.True(live < TimeSpan.FromSeconds(5), $"{live.TotalSeconds:0.0} s");
    }

    /// <summary>Batches a second, counted from the first to arrive.</summary>
    private static async Task<double> CatchUpAsync(ClusterPair pair, DelayedLink link, string codec)
    {
        var (topic, settings) = (await TopicAsync(pair, link), new MirrorSettings { Compared = false });
        await pair.Source.Client.GenerateAsync(topic, Load(codec) with { Count = Batches }, Ct);

        link.OneWay = OneWay;
        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 1, Ct);
        var started = TimeProvider.System.GetTimestamp();
        await pair.ArrivedAsync(mirror, topic, Batches, Ct);
        var took = TimeProvider.System.GetElapsedTime(started);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        link.OneWay = TimeSpan.Zero;

        await pair.SameAsync(topic, settings, Ct);
        return Batches / took.TotalSeconds;
    }

    /// <summary>How long the last record takes to arrive after all were produced, 500 a second.</summary>
    private static async Task<TimeSpan> FollowAsync(ClusterPair pair, DelayedLink link)
    {
        var (topic, settings) = (await TopicAsync(pair, link), new MirrorSettings { Compared = false });
        await pair.Source.Client.GenerateAsync(topic, Load("none") with { Count = 1 }, Ct);
        link.OneWay = OneWay;
        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 1, Ct);

        await pair.Source.Client.GenerateAsync(topic, Load("none") with { First = 1, Count = Batches, PerSecond = 500 }, Ct);
        var produced = TimeProvider.System.GetTimestamp();
        await pair.ArrivedAsync(mirror, topic, 1 + Batches, Ct);
        var behind = TimeProvider.System.GetElapsedTime(produced);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        link.OneWay = TimeSpan.Zero;

        await pair.SameAsync(topic, settings, Ct);
        return behind;
    }

    private static async Task<string> TopicAsync(ClusterPair pair, DelayedLink link)
    {
        link.OneWay = TimeSpan.Zero;
        var topic = ClusterPair.Name("far");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 1, null, Ct);
        return topic;
    }

    /// <summary>Every record is a batch.</summary>
    private static GeneratedLoad Load(string codec) => new()
    {
        Count = 0,
        ValueBytes = 500,
        Config = new Dictionary<string, string> { ["compression.type"] = codec, ["batch.size"] = "1", ["linger.ms"] = "0" },
    };
}
