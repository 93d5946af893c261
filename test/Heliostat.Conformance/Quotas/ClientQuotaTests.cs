namespace Heliostat.Conformance.Quotas;

public sealed class ClientQuotaTests
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;
    private const sbyte Specified = 2;

    [Theory, Everywhere]
    public Task Quotas_are_set_described_and_removed(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var user = scenario.Kafka.Name("user");
        var client = scenario.Kafka.Name("client");
        for (var version = 0; version <= 1; version++)
        {
            await scenario.AskAsync($"a user's, version {version}",
                Alter([("user", user)], ("producer_byte_rate", 1000), ("consumer_byte_rate", 2000)), version);
            await scenario.AskAsync($"a user's client's, version {version}",
                Alter([("user", user), ("client-id", client)], ("request_percentage", 50)), version);
        }

        await scenario.AskAsync("a user's other clients'", Alter([("user", user), ("client-id", null)], ("producer_byte_rate", 7)), 1);
        await scenario.Kafka.UntilAsync(() => Describe(false, ("user", Exact, user)), 1, seen => seen.Entries?.Count == 3);
        for (var version = 0; version <= 1; version++)
            await scenario.AskAsync($"the user's, version {version}", Describe(false, ("user", Exact, user)), version);
        await scenario.AskAsync("strictly the user's", Describe(true, ("user", Exact, user)), 1);
        await scenario.AskAsync("the client's", Describe(false, ("client-id", Exact, client)), 1);
        await scenario.AskAsync("the user's default client's", Describe(false, ("user", Exact, user), ("client-id", Default, null)), 1);
        await scenario.AskAsync("the user's any client's", Describe(false, ("user", Exact, user), ("client-id", Specified, null)), 1);
        await scenario.AskAsync("an unknown user's", Describe(false, ("user", Exact, scenario.Kafka.Name("none"))), 1);
        await scenario.AskAsync("removed", Remove([("user", user)], "producer_byte_rate", "consumer_byte_rate"), 1);
        await scenario.AskAsync("removed what is not there", Remove([("user", user)], "producer_byte_rate"), 1);
        await scenario.Kafka.UntilAsync(() => Describe(false, ("user", Exact, user)), 1, seen => seen.Entries?.Count == 2);
        await scenario.AskAsync("what is left", Describe(false, ("user", Exact, user)), 1);
        var checkedOnly = Alter([("user", user)], ("producer_byte_rate", 5));
        checkedOnly.ValidateOnly = true;
        await scenario.AskAsync("only checked", checkedOnly, 1);
        await scenario.AskAsync("what is still left", Describe(true, ("user", Exact, user)), 1);
    });

    [Theory, Everywhere]
    public Task Quotas_that_cannot_be_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var user = scenario.Kafka.Name("user");
        await scenario.AskAsync("for nobody", Alter([], ("producer_byte_rate", 1)), 1);
        await scenario.AskAsync("for a kind that is none", Alter([("planet", user)], ("producer_byte_rate", 1)), 1);
        await scenario.AskAsync("with an empty name", Alter([("user", "")], ("producer_byte_rate", 1)), 1);
        await scenario.AskAsync("of something else", Alter([("user", user)], ("luck", 1)), 1);
        await scenario.AskAsync("of nothing", Alter([("user", user)], ("producer_byte_rate", 0)), 1);
        await scenario.AskAsync("of less", Alter([("user", user)], ("producer_byte_rate", -1)), 1);
        await scenario.AskAsync("in fractions of bytes", Alter([("user", user)], ("producer_byte_rate", 1.5)), 1);
        await scenario.AskAsync("for a user and an address", Alter([("user", user), ("ip", "1.2.3.4")], ("producer_byte_rate", 1)), 1);
        await scenario.AskAsync("bytes for an address", Alter([("ip", "1.2.3.4")], ("producer_byte_rate", 1)), 1);
        await scenario.AskAsync("connections for a user", Alter([("user", user)], ("connection_creation_rate", 1)), 1);
        await scenario.AskAsync("described of a kind that is none", Describe(false, ("planet", Exact, user)), 1);
        await scenario.AskAsync("described of a kind twice", Describe(false, ("user", Exact, user), ("user", Exact, user)), 1);
    });

    [Theory, Everywhere]
    public async Task A_client_over_its_quota_is_throttled(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var client = kafka.Name("greedy");
        var connection = await kafka.ConnectAsync();
        await kafka.CallAsync(Alter([("client-id", client)], ("producer_byte_rate", 20_000)), 1);
        await kafka.UntilAsync(() => Describe(false, ("client-id", Exact, client)), 1, seen => seen.Entries?.Count == 1);

        connection.ClientId = client;
        var throttled = 0;
        for (var i = 0; i < 4 && throttled == 0; i++)
            throttled =
                (await connection.CallAsync(Batches.Produce(topic, 0, Batches.Of(new string('x', 200_000))), 9, kafka.Ct)).ThrottleTimeMs;

        Assert.InRange(throttled, 1, 100_000);
    }

    private static AlterClientQuotasRequest Alter((string Type, string? Name)[] entity, params (string Key, double Value)[] values) => new()
    {
        Entries =
        [
            new()
            {
                Entity = [.. entity.Select(part => new EntityData { EntityType = part.Type, EntityName = part.Name })],
                Ops = [.. values.Select(value => new OpData { Key = value.Key, Value = value.Value })],
            },
        ],
    };

    private static AlterClientQuotasRequest Remove((string Type, string? Name)[] entity, params string[] keys)
    {
        var request = Alter(entity);
        request.Entries[0].Ops = [.. keys.Select(key => new OpData { Key = key, Remove = true })];
        return request;
    }

    private static DescribeClientQuotasRequest Describe(bool strict, params (string Type, sbyte How, string? Name)[] components) => new()
    {
        Strict = strict,
        Components = [.. components.Select(c => new ComponentData { EntityType = c.Type, MatchType = c.How, Match = c.Name })],
    };
}
