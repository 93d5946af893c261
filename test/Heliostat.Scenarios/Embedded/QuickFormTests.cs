using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.Embedded;

/// <summary><c>heliostat mirror</c>, started twice with the same options.</summary>
public sealed class QuickFormTests
{
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Both_share_the_work_and_the_one_that_is_left_has_all_and_repeats_nothing()
    {
        await using var source = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await using var target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await source.Client.CreateTopicAsync("orders", Partitions, null, Ct);
        string[] command =
            ["mirror", "--from", source.BootstrapServers, "--to", target.BootstrapServers, "--topics", "orders", "--keep-names"];
        await using var first = HeliostatProcess.Start(command);
        await using var second = HeliostatProcess.Start(command);
        await second.RunsUntilAsync("both to have lanes", Within, ct => HasAsync([2, 2], ct), Ct);
        await source.Client.GenerateAsync("orders", new() { Count = 4000, PerSecond = 4000, Partitions = Partitions, Keys = 50 }, Ct);

        first.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await first.WaitForExitAsync(Within, Ct));
        await second.RunsUntilAsync("one to have all", Within, ct => HasAsync([Partitions], ct), Ct);
        await source.Client.GenerateAsync("orders", new() { First = 4000, Count = 400, Partitions = Partitions, Keys = 50 }, Ct);

        await second.RunsUntilAsync("all of it", Within, async ct => (await target.Client.EndOffsetsAsync("orders", ct)).Sum() >= 4400, Ct);
        second.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await second.WaitForExitAsync(Within, Ct));
        Assert.Equal(await ContentAsync(source), await ContentAsync(target));

        async Task<bool> HasAsync(int[] shares, CancellationToken ct)
        {
            var members = await source.Client.GroupMembersAsync($"heliostat-to-{target.Cluster.ClusterId}", ct);
            return members.Select(member => member.Partitions).Order().SequenceEqual(shares);
        }
    }

    private static async Task<IEnumerable<(int Partition, long Count, string Sequence)>> ContentAsync(EmbeddedTestCluster cluster) =>
        (await cluster.Client.ReadAsync("orders", new(), Ct)).Select(one => (one.Partition, one.Count, one.Sequence));
}
