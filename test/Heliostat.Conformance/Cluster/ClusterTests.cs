namespace Heliostat.Conformance.Cluster;

public sealed class ClusterTests
{
    [Theory, Everywhere]
    public Task The_cluster_is_described(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        await scenario.AskAsync("brokers", _ => new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, 0, 1, 2);
        await scenario.AskAsync("controllers", _ => new DescribeClusterRequest { EndpointType = 2 }, 1, 2);
        await scenario.AskAsync("an unknown kind", new DescribeClusterRequest { EndpointType = 9 }, 1);
    });

    [Theory, Everywhere]
    public Task Log_folders_are_described(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        await scenario.Kafka.CallAsync(Batches.Produce(topic, 1, Batches.Of("a")), 9);
        for (var version = 1; version <= 4; version++)
        {
            await Ask($"one topic, version {version}", version,
                new DescribeLogDirsRequest { Topics = [new DescribableLogDirTopic { Topic = topic, Partitions = [0, 1, 9] }] });
            await Ask($"all topics, version {version}", version, new DescribeLogDirsRequest { Topics = null });
            await Ask($"an unknown topic, version {version}", version, new DescribeLogDirsRequest
            {
                Topics = [new DescribableLogDirTopic { Topic = scenario.Kafka.Name("none"), Partitions = [0] }]
            });
        }

        async Task Ask(string title, int version, DescribeLogDirsRequest request)
        {
            var answer = await scenario.Kafka.CallAsync(request, version);
            foreach (var folder in answer.Results)
            {
                folder.LogDir = folder.LogDir.Length > 0 ? "<folder>" : "";
                (folder.TotalBytes, folder.UsableBytes) = (Math.Sign(folder.TotalBytes), Math.Sign(folder.UsableBytes));
                folder.Topics.RemoveAll(t => t.Name != topic);
            }

            scenario.Note(title, answer);
        }
    });

    [Theory, Everywhere]
    public Task Leaders_are_elected_where_there_is_a_choice(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        for (var version = 0; version <= 2; version++)
        {
            await scenario.AskAsync($"of one topic, version {version}", Elect(0, topic, 0, 1), version);
            await scenario.AskAsync($"of what is not there, version {version}", Elect(0, scenario.Kafka.Name("none"), 0), version);
        }

        await scenario.AskAsync("of an unknown partition", Elect(0, topic, 9), 2);
        await scenario.AskAsync("of unclean ones", Elect(1, topic, 0), 2);
        var all = await scenario.Kafka.CallAsync(new ElectLeadersRequest { TopicPartitions = null }, 2);
        all.ReplicaElectionResults.RemoveAll(result => result.Topic != topic);
        scenario.Note("of all", all);
        await scenario.AskAsync("of none", new ElectLeadersRequest { TopicPartitions = [] }, 2);

        static ElectLeadersRequest Elect(sbyte type, string topic, params int[] partitions) =>
            new()
            {
                ElectionType = type,
                TopicPartitions = [new ElectLeadersTopicPartitions
            {
                Topic = topic,
                Partitions = [.. partitions]
            }],
                TimeoutMs = 5000
            };
    });

    [Theory, Everywhere]
    public Task Partitions_are_described_so_many_at_a_time(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var first = await scenario.Kafka.CreateTopicAsync("a", partitions: 3);
        var second = await scenario.Kafka.CreateTopicAsync("b");
        await Ask("both", new DescribeTopicPartitionsRequest { Topics = [new() { Name = second }, new() { Name = first }] });
        await Ask("two at a time",
            new DescribeTopicPartitionsRequest { Topics = [new() { Name = first }, new() { Name = second }], ResponsePartitionLimit = 2 });
        await Ask("from the third on", new DescribeTopicPartitionsRequest
        {
            Topics = [new() { Name = first }, new() { Name = second }],
            Cursor = new Cursor { TopicName = first, PartitionIndex = 2 }
        });
        await Ask("from the second topic on", new DescribeTopicPartitionsRequest
        {
            Topics = [new() { Name = first }, new() { Name = second }],
            Cursor = new Cursor { TopicName = second }
        });
        await Ask("an unknown one", new DescribeTopicPartitionsRequest { Topics = [new() { Name = scenario.Kafka.Name("none") }] });
        await Ask("one that cannot be", new DescribeTopicPartitionsRequest { Topics = [new() { Name = "with space" }] });
        await Ask("exactly as many as there are",
            new DescribeTopicPartitionsRequest { Topics = [new() { Name = first }, new() { Name = second }], ResponsePartitionLimit = 3 });

        Task Ask(string title, DescribeTopicPartitionsRequest request) => scenario.AskAsync(title, request, 0);
    });

    [Theory, Everywhere]
    public Task Things_with_settings_are_listed(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        foreach (var types in new sbyte[][] { [], [2], [4], [8], [16], [32], [2, 4], [77] })
        {
            if (!await scenario.Kafka.ServesAsync(Api.ListConfigResources, 1)) continue;

            var answer = await scenario.Kafka.CallAsync(new ListConfigResourcesRequest
            {
                ResourceTypes = [.. types.Select(type => (ConfigResourceType)type)]
            }, 1);
            answer.ConfigResources.RemoveAll(resource => resource.ResourceType == ConfigResourceType.Topic
                && resource.ResourceName != topic);
            scenario.Note($"of types [{string.Join(' ', types)}]", answer);
        }

        await scenario.AskAsync("in version 0", new ListConfigResourcesRequest(), 0);
    });
}
