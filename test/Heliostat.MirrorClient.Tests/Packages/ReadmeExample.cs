namespace Heliostat.MirrorClient.Tests.Packages;

/// <summary>The example of the package's README, word for word between the two marks.</summary>
internal static class ReadmeExample
{
    public static async Task RunAsync(string bootstrapServers, CancellationToken ct)
    {
        // README
        await using var client = new MirrorClient(MirrorClientOptions.For(bootstrapServers));

        foreach (var source in await client.UpstreamClustersAsync(ct))
        {
            var topics = await client.RemoteTopicsAsync(source, ct);
            Console.WriteLine($"{source}: {await client.ReplicationHopsAsync(source, ct)} hops away, {topics.Count} topics");
        }

        // Where the group "billing" of cluster A would go on here: what MirrorMaker 2's checkpoints say.
        foreach (var (partition, offset) in await client.RemoteConsumerOffsetsAsync("billing", "A", ct))
        {
            Console.WriteLine($"{partition}: {offset.Offset}");
        }

        // Exactly which record here is offset 123456 of A's orders-3: only Heliostat records that.
        var asked = new Dictionary<TopicPartition, long> { [new("orders", 3)] = 123456 };
        foreach (var (_, translation) in await client.TranslateToTargetAsync("A", asked, ct))
        {
            Console.WriteLine($"{translation.Target}: {translation.Offset}");
        }

        // README
    }
}
