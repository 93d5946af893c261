using System.Globalization;
using Heliostat.Testing.Links;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>
/// A target that is far away: 50 ms each way. One batch a request and five requests in flight would move 50 batches a second of a
/// partition.
/// </summary>
public sealed class LongWayTests(ITestOutputHelper output)
{
    private const int Batches = 4000;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaFact]
    public async Task Small_batches_are_merged_where_round_trips_would_bound_the_lane()
    {
        await using var link = SlowLink.Open();
        link.OneWay = TimeSpan.FromMilliseconds(50);
        await using var pair = await ClusterPair.StartAsync(new(), new() { Links = [link] }, Ct);
        var settings = new MirrorSettings { Compared = false, Producer = link.Bootstrap };

        var zstd = await CatchUpAsync(pair, settings, "zstd");
        var none = await CatchUpAsync(pair, settings, "none");
        var live = await FollowAsync(pair, settings);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"batches of one record in 100 ms round trips: zstd {zstd:0}/s, uncompressed {none:0}/s; live: {live.TotalSeconds:0.0} s "
                + $"behind"));
        Assert.True(zstd > 500, $"{zstd:0} batches/s");
        Assert.True(none > 500, $"{none:0} batches/s");
        Assert.True(live < TimeSpan.FromSeconds(5), $"{live.TotalSeconds:0.0} s");
    }

    /// <summary>Batches a second, counted from the first to arrive.</summary>
    private static async Task<double> CatchUpAsync(ClusterPair pair, MirrorSettings settings, string codec)
    {
        var topic = await TopicAsync(pair);
        await pair.Source.Client.GenerateAsync(topic, Load(codec) with { Count = Batches }, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 1, Ct);
        var started = TimeProvider.System.GetTimestamp();
        await pair.ArrivedAsync(mirror, topic, Batches, Ct);
        var took = TimeProvider.System.GetElapsedTime(started);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
        return Batches / took.TotalSeconds;
    }

    /// <summary>How long the last record takes to arrive after all were produced, 500 a second.</summary>
    private static async Task<TimeSpan> FollowAsync(ClusterPair pair, MirrorSettings settings)
    {
        var topic = await TopicAsync(pair);
        await pair.Source.Client.GenerateAsync(topic, Load("none") with { Count = 1 }, Ct);
        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 1, Ct);

        await pair.Source.Client.GenerateAsync(topic, Load("none") with { First = 1, Count = Batches, PerSecond = 500 }, Ct);
        var produced = TimeProvider.System.GetTimestamp();
        await pair.ArrivedAsync(mirror, topic, 1 + Batches, Ct);
        var behind = TimeProvider.System.GetElapsedTime(produced);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
        return behind;
    }

    private static async Task<string> TopicAsync(ClusterPair pair)
    {
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
