using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>A source and a target, and what a mirror between them must have achieved.</summary>
public sealed record ClusterPair(ITestCluster Source, ITestCluster Target) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Two clusters of its own, for a test that breaks them.</summary>
    public static async Task<ClusterPair> StartAsync(KafkaClusterOptions source, KafkaClusterOptions target, CancellationToken ct)
    {
        var started = await KafkaCluster.StartAsync(source, ct);
        return new ClusterPair(started, await KafkaCluster.StartAsync(target, ct));
    }

    /// <summary>Two clusters of their own of a kind, for a test that breaks them.</summary>
    public static async Task<ClusterPair> StartAsync(string kind, int sourceBrokers, int targetBrokers, CancellationToken ct)
    {
        var source = await TestClusters.StartAsync(kind, sourceBrokers, ct);
        return new ClusterPair(source, await TestClusters.StartAsync(kind == TestClusters.Embedded
            ? kind
            : KafkaDistribution.Require(null).Version, targetBrokers, ct));
    }

    /// <summary>A name that no other test uses.</summary>
    public static string Name(string stem) => $"{stem}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>
    /// Runs <c>heliostat mirror-maker</c> over what the source holds now, stops it, and compares both sides record by record.
    /// </summary>
    public async Task CopyAsync(string topic, MirrorSettings settings, CancellationToken ct)
    {
        await using var mirror = MirrorMaker.Start(this, topic, settings);
        await CommittedAsync(mirror, topic, ct);
        Assert.Equal(0, await mirror.StopAsync(ct));
        await SameAsync(topic, settings, ct);
    }

    /// <summary>
    /// Waits until the group's position on the source is the end of every partition: all that was there has been acknowledged.
    /// </summary>
    public Task CommittedAsync(MirrorMaker mirror, string topic, CancellationToken ct) =>
        mirror.Program.RunsUntilAsync($"{topic} to be committed to its end", Patience, async token =>
        {
            var starts = await Source.Client.StartOffsetsAsync(topic, token);
            var ends = mirror.Settings.Uncommitted
                ? await Source.Client.EndOffsetsAsync(topic, token)
                : await Source.Client.StableOffsetsAsync(topic, token);
            var committed = await Source.Client.GroupOffsetsAsync(mirror.Settings.Group, topic, token);
            return Enumerable.Range(0, ends.Length).All(p => starts[p] == ends[p] || committed.GetValueOrDefault(p) >= ends[p]);
        }, ct);

    /// <summary>
    /// Every partition of the target holds the records that a consumer of the source sees, in their order, and nothing else.
    /// </summary>
    public async Task SameAsync(string topic, MirrorSettings settings, CancellationToken ct)
    {
        var source = await Source.Client.ReadAsync(topic, new() { Records = settings.Compared, Uncommitted = settings.Uncommitted }, ct);
        var target = await Target.Client.ReadAsync(topic, new() { Records = settings.Compared, Uncommitted = true }, ct);
        Assert.Equal(source.Length, target.Length);
        for (var p = 0; p < source.Length; p++)
        {
            Assert.Equal(source[p].Records.Select(r => r.ToString()), target[p].Records.Select(r => r.ToString()));
            Assert.Equal((p, source[p].Count, source[p].Sequence), (p, target[p].Count, target[p].Sequence));
        }
    }

    /// <summary>
    /// Every partition of <paramref name="mirror"/> on the target holds what that of <paramref name="topic"/> holds, by count and by hash
    /// of the content in its order.
    /// </summary>
    public async Task SameContentAsync(string topic, string mirror, CancellationToken ct)
    {
        var source = await Source.Client.ReadAsync(topic, new() { Within = Patience }, ct);
        var target = await Target.Client.ReadAsync(mirror, new() { Within = Patience }, ct);
        Assert.Equal(source.Select(p => (p.Partition, p.Count, p.Sequence)), target.Select(p => (p.Partition, p.Count, p.Sequence)));
    }

    /// <summary>The target holds as many records as the source; markers, which fence who was killed, are none.</summary>
    public async Task<bool> IsLevelAsync(string topic, string mirror, CancellationToken ct) =>
        (await Target.Client.EndOffsetsAsync(mirror, ct)).Sum() >= (await Source.Client.EndOffsetsAsync(topic, ct)).Sum()
        && await CountAsync(Target, mirror, ct) >= await CountAsync(Source, topic, ct);

    private static async Task<long> CountAsync(ITestCluster cluster, string topic, CancellationToken ct) =>
        (await cluster.Client.ReadAsync(topic, new() { Within = Patience }, ct)).Sum(partition => partition.Count);

    /// <summary>As <see cref="SameAsync"/>, but records may have arrived twice: returns how many did.</summary>
    public async Task<long> NothingLostAsync(string topic, CancellationToken ct)
    {
        var source = await Source.Client.ReadAsync(topic, new() { Within = Patience }, ct);
        var target = await Target.Client.ReadAsync(topic, new() { Within = Patience, Dedupe = true, Uncommitted = true }, ct);
        Assert.Equal(source.Select(p => (p.Partition, p.Count, p.Sequence)), target.Select(p => (p.Partition, p.Count, p.Sequence)));
        return target.Sum(p => p.Duplicates);
    }

    /// <summary>Waits until the target holds at least as many records; a topic that is not there yet holds none.</summary>
    public Task ArrivedAsync(MirrorMaker mirror, string topic, long records, CancellationToken ct) =>
        mirror.Program.RunsUntilAsync($"{records} records of {topic} to arrive", Patience,
            async token => await TargetRecordsAsync(topic, token) >= records, ct);

    /// <summary>Sum of the target's log end offsets; 0 while the topic is not there.</summary>
    public async Task<long> TargetRecordsAsync(string topic, CancellationToken ct) =>
        (await Target.Client.ListTopicsAsync(ct)).Contains(topic) ? (await Target.Client.EndOffsetsAsync(topic, ct)).Sum() : 0;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}
