using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>
/// <c>auto.offset.reset = latest</c> where positions are in a group: what was there at the first start is passed over, and nothing that
/// comes later.
/// </summary>
public sealed class LatestTests : IAsyncLifetime
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(2);

    private EmbeddedTestCluster _source = null!;
    private EmbeddedTestCluster _target = null!;

    private static CancellationToken Ct => CancellationToken.None;

    public async Task InitializeAsync()
    {
        _source = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        _target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await CreateAsync("t-old", 10);
        await MirrorAsync("t-.*", TimeSpan.Zero);
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task What_appears_while_nothing_runs_is_mirrored_from_its_beginning()
    {
        await GenerateAsync("t-old", 5);
        await _source.Client.CreatePartitionsAsync("t-old", 2, Ct);
        await _source.Client.ProduceAsync("t-old", [KafkaRecord.Of("k", "in the new partition", 1)], new Dictionary<string, string>(), Ct);
        await CreateAsync("t-new", 7);
        await MirrorAsync("t-.*", Later);

        Assert.Equal((6, 7), (await EndAsync("t-old"), await EndAsync("t-new")));
    }

    [Fact]
    public async Task What_another_selection_takes_in_is_passed_over()
    {
        await CreateAsync("u-old", 4);
        await GenerateAsync("t-old", 5);
        await MirrorAsync("t-.*,u-.*", Later);

        Assert.Equal((5, 0), (await EndAsync("t-old"), await EndAsync("u-old")));
    }

    /// <summary>The other one may be opening these very topics.</summary>
    [Fact]
    public async Task Processes_that_start_together_are_one_start()
    {
        await CreateAsync("t-second", 7);
        await MirrorAsync("t-.*", TimeSpan.Zero);

        Assert.Equal(0, await EndAsync("t-second"));
    }

    private async Task CreateAsync(string topic, int records)
    {
        await _source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await GenerateAsync(topic, records);
    }

    private Task GenerateAsync(string topic, int count) => _source.Client.GenerateAsync(topic, new() { Count = count, Partitions = 1 }, Ct);

    private async Task<long> EndAsync(string topic) => (await _target.Client.EndOffsetsAsync(topic, Ct)).Sum();

    private async Task MirrorAsync(string topics, TimeSpan later)
    {
        var flow = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = _source.BootstrapServers,
            To = _target.BootstrapServers,
            Topics = topics,
            Group = "mine"
        }).Flow;
        flow = flow with
        {
            Positions = flow.SourceGroup with { UntilEnd = true },
            SourceConsumer = flow.SourceConsumer with { AutoOffsetReset = AutoOffsetReset.Latest },
        };
        var engine = new MirrorEngine([flow], new EngineOptions(), new LaterTime(later), NullLoggerFactory.Instance);
        Assert.Equal(MirrorEnd.Completed, (await engine.RunAsync(Ct, Ct).WaitAsync(TimeSpan.FromSeconds(60))).End);
    }

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
