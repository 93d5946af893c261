using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Mirrors of topics that are gone from the source, with <c>heliostat.delete.gone.topics.after</c>.</summary>
public sealed class DeletionTests
{
    private const string Soon = "A->B.enabled = true\nheliostat.delete.gone.topics.after = short.*:1s, 1h";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Theory]
    [InlineData("")]
    [InlineData("B.exactly.once.source.support = enabled")]
    public async Task A_mirror_goes_when_its_time_is_over_and_begins_anew_with_a_new_topic(string settings)
    {
        await using var bench = await FilledAsync("short", "longer");
        await using (var running = new Running(bench, settings))
        {
            await running.MirroredAsync("short", "longer");
            await bench.Client("A").DeleteTopicAsync("short", Ct);
            await bench.Client("A").DeleteTopicAsync("longer", Ct);
            await bench.Client("A").CreateTopicAsync("other", 1, null, Ct);
            await running.LookUntilAsync(async () => !(await bench.Client("B").ListTopicsAsync(Ct)).Contains("A.short"));
            Assert.True(running.Said("topic short is gone; its mirror A.short is deleted at"));
            Assert.True(running.Said("topic A.short is deleted, as short is gone"));
            Assert.True(running.Said("topic longer is gone; its mirror A.longer is deleted at"));
            await Eventually.TrueAsync("the lanes of the deleted one to be done without", Patience,
                () => running.Flow.Snapshot().Lanes.Lanes == 2 + 1, Ct);
        }

        Assert.Contains("A.longer", await bench.Client("B").ListTopicsAsync(Ct));
        await bench.Client("A").CreateTopicAsync("short", 2, null, Ct);
        await bench.Client("A").GenerateAsync("short", new() { Count = 6, Partitions = 2 }, Ct);
        await using var again = new Running(bench, settings);
        await Eventually.ValueAsync("the new topic", Patience, async _ => await bench.RecordsAsync("B", "A.short"), seen => seen == 6, Ct);
        Assert.Equal(await bench.ContentAsync("A", "short"), await bench.ContentAsync("B", "A.short"));
    }

    [Fact]
    public async Task A_topic_that_is_back_in_time_keeps_its_mirror()
    {
        await using var bench = await FilledAsync("short", "longer");
        await using var running = new Running(bench);
        await running.MirroredAsync("short", "longer");
        await bench.Client("A").DeleteTopicAsync("longer", Ct);
        await running.SaysAsync("topic longer is gone");
        await bench.Client("A").CreateTopicAsync("longer", 2, null, Ct);
        await running.SaysAsync("topic longer is back");
        Assert.Contains("A.longer", await bench.Client("B").ListTopicsAsync(Ct));
    }

    [Fact]
    public async Task What_somebody_else_wrote_into_a_mirror_keeps_it()
    {
        await using var bench = await FilledAsync("short", "longer");
        await using var running = new Running(bench);
        await running.MirroredAsync("short", "longer");
        await bench.Client("B").ProduceAsync("A.short", [KafkaRecord.Of("k", "theirs", 0, 1_700_000_000_000)],
            new Dictionary<string, string>(), Ct);
        await bench.Client("A").DeleteTopicAsync("short", Ct);
        await running.SaysAsync("A.short-0 holds records that this flow does not know of: it is not deleted");
        Assert.Contains("A.short", await bench.Client("B").ListTopicsAsync(Ct));
    }

    [Fact]
    public async Task A_source_with_none_of_its_topics_left_is_taken_for_one_made_anew()
    {
        await using var bench = await FilledAsync("short");
        await using var running = new Running(bench);
        await running.MirroredAsync("short");
        await bench.Client("A").DeleteTopicAsync("short", Ct);
        await running.SaysAsync("none of the topics that are mirrored is left");
        Assert.True(await running.Flow.RunNowAsync(Duty.Deletions, Ct));
        Assert.Contains("A.short", await bench.Client("B").ListTopicsAsync(Ct));
    }

    private static async Task<FlowBench> FilledAsync(params string[] topics)
    {
        var bench = await FlowBench.StartAsync("A", "B");
        foreach (var topic in topics)
        {
            await bench.Client("A").CreateTopicAsync(topic, 2, null, Ct);
            await bench.Client("A").GenerateAsync(topic, new() { Count = 20, Partitions = 2 }, Ct);
        }

        return bench;
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly RecordingLoggerFactory _log = new();
        private readonly FlowBench _bench;
        private readonly Task<MirrorOutcome> _run;

        public Running(FlowBench bench, string settings = "")
        {
            _bench = bench;
            var engine = bench.Engine($"{Soon}\n{settings}", _log);
            Flow = engine.Flows[0];
            _run = engine.RunAsync(_stop.Token, CancellationToken.None);
        }

        public Flow Flow { get; }

        /// <summary>Until all of the topics is mirrored, and that is stored.</summary>
        public async Task MirroredAsync(params string[] topics)
        {
            foreach (var topic in topics)
            {
                await Eventually.ValueAsync(topic, Patience, async _ => await _bench.RecordsAsync("B", $"A.{topic}"), seen => seen == 20,
                    Ct);
            }

            Assert.True(await Flow.RunNowAsync(Duty.Positions, Ct));
        }

        public bool Said(string what) => _log.Lines.Any(line => line.Contains(what, StringComparison.Ordinal));

        public Task SaysAsync(string what) => LookUntilAsync(() => Task.FromResult(Said(what)));

        public Task LookUntilAsync(Func<Task<bool>> condition) => Eventually.ValueAsync("the duty to have done it", Patience, async _ =>
        {
            Assert.True(await Flow.RunNowAsync(Duty.Deletions, Ct));
            return await condition();
        }, done => done, Ct);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Assert.Equal(MirrorEnd.Stopped, (await _run).End);
            _stop.Dispose();
        }
    }
}
