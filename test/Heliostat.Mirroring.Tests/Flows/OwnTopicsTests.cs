using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

public sealed class OwnTopicsTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_a_mirror_makes_on_its_own_source_is_not_mirrored_again()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync("orders", 1, null, Ct);
        await cluster.Client.GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        for (var run = 0; run < 2; run++)
        {
            var options = QuickMirror.Translate(new QuickMirrorOptions { From = cluster.BootstrapServers, To = cluster.BootstrapServers, Topics = ".*" }).Options;
            var engine = new MirrorEngine(
                options with { UntilEnd = true, Naming = TopicNaming.WithPrefix("source", ".") }, TimeProvider.System, NullLoggerFactory.Instance);
            await engine.RunAsync(Ct, Ct).WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(["orders", "source.orders"], (await cluster.Client.ListTopicsAsync(Ct)).Where(topic => !topic.StartsWith('_')).Order(StringComparer.Ordinal));
        Assert.Equal(10, (await cluster.Client.EndOffsetsAsync("source.orders", Ct)).Single());
    }
}
