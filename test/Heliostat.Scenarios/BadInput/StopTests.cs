using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.BadInput;

/// <summary>
/// A stop is asked for while one side is away: it ends within its grace period, and what is committed is what was acknowledged.
/// </summary>
public sealed class StopTests : IAsyncLifetime
{
    private const int Partitions = 2;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    private readonly MirrorSettings _settings = new()
    {
        OwnProcess = true,
        Compared = false,
        CommitInterval = TimeSpan.FromHours(1),
        Options = ["--grace", $"{Grace.TotalSeconds}s"],
    };

    private EmbeddedTestCluster _source = null!;
    private EmbeddedTestCluster _target = null!;

    private ClusterPair Pair => new(_source, _target);

    public async Task InitializeAsync() =>
        (_source, _target) = (await EmbeddedTestCluster.StartAsync(1, null, Ct), await EmbeddedTestCluster.StartAsync(1, null, Ct));

    public async Task DisposeAsync() => await Pair.DisposeAsync();

    [Theory]
    [InlineData(ProcessSignal.Terminate)]
    [InlineData(ProcessSignal.Interrupt)]
    public async Task While_the_target_is_away_it_ends_with_0_and_commits_what_was_acknowledged(ProcessSignal signal)
    {
        var topic = await StartedAsync();
        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.ArrivedAsync(mirror, topic, 1000, Ct);
        await Pair.Target.StopBrokerAsync(1, Ct);
        await Pair.Source.Client.GenerateAsync(topic, new() { First = 1000, Count = 1000, Partitions = Partitions }, Ct);
        await mirror.Program.RunsUntilAsync("the outage to be noticed", TimeSpan.FromSeconds(30),
            _ => Task.FromResult(mirror.Program.Errors.Contains($"paused={Partitions}", StringComparison.Ordinal)), Ct);

        mirror.Program.Signal(signal);
        var status = await mirror.Program.WaitForExitAsync(Grace + TimeSpan.FromSeconds(3), Ct);

        Assert.True(status == 0, mirror.Program.Errors);
        Assert.Equal(1000, (await Pair.Source.Client.GroupOffsetsAsync(_settings.Group, topic, Ct)).Values.Sum());
        Assert.Empty(await Pair.Source.Client.GroupMembersAsync(_settings.Group, Ct));
        await Pair.Target.StartBrokerAsync(1, Ct);
        await Pair.CopyAsync(topic, _settings with { CommitInterval = TimeSpan.FromMilliseconds(200) }, Ct);
    }

    [Fact]
    public async Task While_the_source_is_away_it_ends_in_time_and_says_that_nothing_was_committed()
    {
        var topic = await StartedAsync();
        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.ArrivedAsync(mirror, topic, 1000, Ct);
        await Pair.Source.StopBrokerAsync(1, Ct);
        await mirror.Program.RunsUntilAsync("the outage to be noticed", TimeSpan.FromSeconds(30),
            _ => Task.FromResult(mirror.Program.Errors.Contains("source: fetching from broker", StringComparison.Ordinal)), Ct);

        mirror.Program.Signal(ProcessSignal.Terminate);
        var status = await mirror.Program.WaitForExitAsync(Grace + TimeSpan.FromSeconds(3), Ct);

        Assert.Equal(255, status);
        Assert.Contains("some of it may be mirrored again at the next start", mirror.Program.Errors, StringComparison.Ordinal);
        Assert.Contains("not all positions could be stored: at most 1,000 records will be mirrored again at the next start",
            mirror.Program.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate, "SIGTERM")]
    [InlineData(ProcessSignal.Interrupt, "SIGINT")]
    public async Task A_second_signal_ends_it_at_once_and_that_is_said(ProcessSignal signal, string name)
    {
        var topic = await StartedAsync();
        await using var mirror = MirrorMaker.Start(Pair, topic, _settings with { Options = ["--grace", "10m"] });
        await Pair.ArrivedAsync(mirror, topic, 1000, Ct);
        await Pair.Source.StopBrokerAsync(1, Ct);
        mirror.Program.Signal(signal);
        await mirror.Program.RunsUntilAsync("the first signal to be taken", TimeSpan.FromSeconds(10),
            _ => Task.FromResult(mirror.Program.Errors.Contains($"{name} received, stopping within 600 s; again to stop at once",
                StringComparison.Ordinal)), Ct);

        // A second one that comes at once counts as the same.
        var first = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync("the echo to be over", TimeSpan.FromSeconds(5),
            () => TimeProvider.System.GetElapsedTime(first) > TimeSpan.FromSeconds(1), Ct);
        mirror.Program.Signal(signal);

        Assert.Equal(255, await mirror.Program.WaitForExitAsync(TimeSpan.FromSeconds(10), Ct));
        Assert.Contains($"{name} received again, stopping at once", mirror.Program.Errors, StringComparison.Ordinal);
    }

    private async Task<string> StartedAsync()
    {
        var topic = ClusterPair.Name("stop");
        await Pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await Pair.Target.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        await Pair.Source.Client.GenerateAsync(topic, new() { Count = 1000, Partitions = Partitions }, Ct);
        return topic;
    }
}
