namespace Heliostat.Conformance.Groups;

public sealed class CoordinatorTests
{
    [Theory, Everywhere]
    public Task Coordinators_are_found_in_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var group = await scenario.Kafka.GroupAsync();
        var id = await scenario.Kafka.TransactionalIdAsync();
        await scenario.AskAsync("of a group", _ => new FindCoordinatorRequest { Key = group, CoordinatorKeys = [group] }, 0, 1, 2, 3, 4, 5,
            6);
        await scenario.AskAsync("of a transactional id",
            _ => new FindCoordinatorRequest { Key = id, KeyType = CoordinatorType.Transaction, CoordinatorKeys = [id] }, 1, 3, 4, 6);
        await scenario.AskAsync("of many", new FindCoordinatorRequest { CoordinatorKeys = [group, scenario.Kafka.Name("other"), ""] }, 4);
        await scenario.AskAsync("of nothing", new FindCoordinatorRequest { CoordinatorKeys = [] }, 4);
        await scenario.AskAsync("of a group without a name", _ => new FindCoordinatorRequest { Key = "", CoordinatorKeys = [""] }, 2, 4);
        await scenario.AskAsync("of no transactional id",
            _ => new FindCoordinatorRequest { Key = "", KeyType = CoordinatorType.Transaction, CoordinatorKeys = [""] }, 2, 4);
        await scenario.AskAsync("of an unknown kind",
            _ => new FindCoordinatorRequest { Key = group, KeyType = (CoordinatorType)9, CoordinatorKeys = [group] }, 2, 4);
    });
}
