namespace Heliostat.Conformance.Topics;

public sealed class PartitionCountTests
{
    [Theory, Everywhere]
    public Task Topics_may_only_grow(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        await Ask("as many as there are", new() { Name = name, Count = 2, Assignments = null });
        await Ask("fewer", new() { Name = name, Count = 1, Assignments = null });
        await Ask("none", new() { Name = name, Count = 0, Assignments = null });
        await Ask("minus one", new() { Name = name, Count = -1, Assignments = null });
        await Ask("an unknown topic", new() { Name = scenario.Kafka.Name("none"), Count = 3, Assignments = null });
        await Ask("too few assignments", new() { Name = name, Count = 4, Assignments = [new() { BrokerIds = [0] }] });
        await Ask("too many assignments",
            new() { Name = name, Count = 3, Assignments = [new() { BrokerIds = [0] }, new() { BrokerIds = [0] }] });
        await Ask("an assignment to an unknown broker", new() { Name = name, Count = 3, Assignments = [new() { BrokerIds = [9] }] });
        await Ask("an assignment to nobody", new() { Name = name, Count = 3, Assignments = [new() { BrokerIds = [] }] });
        await Ask("an assignment to one twice", new() { Name = name, Count = 3, Assignments = [new() { BrokerIds = [0, 0] }] });
        await scenario.AskAsync(
            "a topic twice",
            new CreatePartitionsRequest
            {
                Topics = [new() { Name = name, Count = 3, Assignments = null }, new() { Name = name, Count = 4, Assignments = null }],
                TimeoutMs = 10_000
            },
            3);

        Task Ask(string title, CreatePartitionsTopic topic) =>
            scenario.AskAsync(title, new CreatePartitionsRequest { Topics = [topic], TimeoutMs = 10_000 }, 3);
    });

    [Theory, Everywhere]
    public async Task Every_version_adds_partitions_and_validation_adds_none(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var name = await kafka.CreateTopicAsync();
        for (var version = 0; version <= 3; version++)
        {
            var request = new CreatePartitionsRequest
            {
                Topics = [new() { Name = name, Count = version + 2, Assignments = null }],
                TimeoutMs = 10_000
            };

            request.ValidateOnly = true;
            Assert.Equal(ErrorCode.None, (await kafka.CallAsync(request, version)).Results[0].ErrorCode);
            await kafka.HasLeadersAsync(name, version + 1);
            request.ValidateOnly = false;
            Assert.Equal(ErrorCode.None, (await kafka.CallAsync(request, version)).Results[0].ErrorCode);

            await kafka.HasLeadersAsync(name, version + 2);
        }
    }
}
