namespace Heliostat.Conformance.Versions;

public sealed class ApiVersionsTests
{
    [Theory, Everywhere]
    public Task Client_names_must_be_words(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        foreach (var (name, version) in new[] { ("kafka-java", "1.2.3"), ("", "1"), ("has space", "1"), ("-starts-odd", "1"),
            ("fine", "") })
        {
            var answer =
                await scenario.Kafka.CallAsync(new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = version }, 3);
            scenario.Note($"'{name}' '{version}'", $"{answer.ErrorCode}");
        }
    });

    [Theory, Everywhere]
    public async Task Every_advertised_version_is_known_here_and_answered_in_order_of_key(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);

        var answers = new List<ApiVersionsResponse>();
        for (var version = 0; version <= 4; version++)
        {
            if (await kafka.ServesAsync(Api.ApiVersions, version))
                answers.Add(await kafka.CallAsync(new ApiVersionsRequest { ClientSoftwareName = "heliostat", ClientSoftwareVersion = "1" },
                    version));
        }

        Assert.All(answers, answer => Assert.Equal(ErrorCode.None, answer.ErrorCode));
        Assert.All(answers, answer => Assert.Equal(answers[0].ApiKeys.Select(key => (key.ApiKey, key.MinVersion, key.MaxVersion)).Order(),
            answer.ApiKeys.Select(key => (key.ApiKey, key.MinVersion, key.MaxVersion)).Order()));
        if (on == EndpointKind.Embedded)
            Assert.All(answers[0].ApiKeys, key => Assert.True(Api.ByKey((ApiKey)key.ApiKey) is { } api && api.MinVersion <= key.MinVersion
                && api.MaxVersion >= key.MaxVersion));
    }

    [Theory, Everywhere]
    public Task An_unknown_version_is_answered_in_version_0(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var connection = await scenario.Kafka.ConnectAsync();
        var request = connection.Encode(new ApiVersionsRequest { ClientSoftwareName = "x", ClientSoftwareVersion = "1" }, 3);
        request[7] = 99;
        await connection.SendAsync(request, scenario.Kafka.Ct);

        var answer = await connection.ReceiveAsync<ApiVersionsResponse>(Api.ApiVersions, 0, scenario.Kafka.Ct);

        scenario.Note("version 99", $"{answer.ErrorCode}, {string.Join(", ", answer.ApiKeys.Select(key => (ApiKey)key.ApiKey))}");
    });

    [Theory, Everywhere]
    public async Task An_unknown_version_of_another_api_ends_the_connection(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var connection = await kafka.ConnectAsync();
        var request = connection.Encode(new MetadataRequest(), 12);
        request[7] = 99;

        await connection.SendAsync(request, kafka.Ct);

        Assert.True(await connection.IsClosedAsync(kafka.Ct));
    }

    /// <summary>A consumer that asks for it is told so by its own client, before it has sent anything.</summary>
    [Fact]
    public async Task The_embedded_broker_does_not_advertise_the_newer_group_protocol()
    {
        await using var kafka = await Endpoint.OpenAsync(EndpointKind.Embedded);

        var answer = await kafka.CallAsync(new ApiVersionsRequest { ClientSoftwareName = "heliostat", ClientSoftwareVersion = "1" }, 4);

        Assert.DoesNotContain(answer.ApiKeys, key => (ApiKey)key.ApiKey is ApiKey.ConsumerGroupHeartbeat or ApiKey.ConsumerGroupDescribe);
        Assert.DoesNotContain(answer.FinalizedFeatures, feature => feature.Name == "group.version");
    }

    [Theory, Everywhere]
    public async Task An_unknown_api_ends_the_connection(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var connection = await kafka.ConnectAsync();
        var request = connection.Encode(new MetadataRequest(), 1);
        request[4] = 0x55;

        await connection.SendAsync(request, kafka.Ct);

        Assert.True(await connection.IsClosedAsync(kafka.Ct));
    }
}
