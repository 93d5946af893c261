using Heliostat.Client.Admin;
using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Time;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Security;

public sealed class LoginTests : IAsyncLifetime
{
    private SecuredCluster _secured = null!;

    public async Task InitializeAsync() => _secured = await SecuredCluster.StartAsync();

    public async Task DisposeAsync() => await _secured.DisposeAsync();

    [Theory]
    [InlineData("PLAIN", false)]
    [InlineData("PLAIN", true)]
    [InlineData("SCRAM-SHA-256", false)]
    [InlineData("SCRAM-SHA-512", true)]
    [InlineData("OAUTHBEARER", false)]
    [InlineData("OAUTHBEARER", true)]
    public async Task A_user_logs_in_and_is_known_to_access_rules(string mechanism, bool tls)
    {
        var listener = tls ? "SASL_SSL" : "SASL_PLAINTEXT";

        Assert.Equal(["orders"], await TopicsAsync(listener, SecurityOf(mechanism, "alice", SecuredCluster.Password, tls)));
        Assert.Empty(await TopicsAsync(listener, SecurityOf(mechanism, "bob", "bob's", tls)));
    }

    [Fact]
    public async Task Brokers_are_told_of_at_the_ports_of_the_listener()
    {
        await using var client = _secured.Client("SASL_SSL", SecurityOf("PLAIN", "alice", SecuredCluster.Password, tls: true));
        var metadata = await client.Metadata.RefreshAsync(CancellationToken.None);

        var endpoint = Assert.Single(metadata.Brokers).Value.Endpoint;
        Assert.Equal(_secured.Cluster.BootstrapServersOf("SASL_SSL"), $"{endpoint.Host}:{endpoint.Port}");
        Assert.Equal(0, (await client.ConnectionAsync(0, ConnectionPurpose.General, CancellationToken.None)).NodeId);
    }

    [Fact]
    public async Task A_certificate_is_a_principal()
    {
        Assert.Equal(["orders"], await TopicsAsync("MTLS", new SecurityOptions { Tls = _secured.Tls(withKey: true) }));
        Assert.Empty(await TopicsAsync("SSL", new SecurityOptions { Tls = _secured.Tls() }));
    }

    [Theory]
    [InlineData("PLAIN", "user 'alice' is refused with PLAIN: Authentication failed: Invalid username or password")]
    [InlineData("SCRAM-SHA-256",
        "user 'alice' is refused with SCRAM-SHA-256: Authentication failed during authentication due to invalid credentials with SASL "
            + "mechanism SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512",
        "user 'alice' is refused with SCRAM-SHA-512: Authentication failed during authentication due to invalid credentials with SASL "
            + "mechanism SCRAM-SHA-512")]
    public async Task A_wrong_password_is_said_at_once_and_not_tried_again_soon(string mechanism, string expected)
    {
        await using var client = _secured.Client("SASL_PLAINTEXT", SecurityOf(mechanism, "alice", "wrong", tls: false));

        var first = await Assert.ThrowsAsync<KafkaConnectionException>(() => client.Metadata.RefreshAsync(CancellationToken.None).AsTask());
        var second =
            await Assert.ThrowsAsync<KafkaConnectionException>(() => client.Metadata.RefreshAsync(CancellationToken.None).AsTask());

        Assert.StartsWith($"source: {_secured.Cluster.BootstrapServersOf("SASL_PLAINTEXT")}: login failed: {expected}", first.Message,
            StringComparison.Ordinal);
        Assert.Equal(ConnectionFailure.AuthenticationFailed, first.Failure);
        Assert.Equal(first.Message, second.Message);
        Assert.DoesNotContain("wrong", first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mechanism_that_the_port_does_not_have_is_named_beside_those_it_has()
    {
        var failure = await FailureAsync("SCRAM", SecurityOf("PLAIN", "alice", SecuredCluster.Password, tls: false));

        Assert.EndsWith("login failed: the broker has SCRAM-SHA-256, SCRAM-SHA-512, and sasl.mechanism asks for PLAIN", failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_takes_no_login_says_so()
    {
        var failure = await FailureAsync("PLAINTEXT", SecurityOf("PLAIN", "alice", SecuredCluster.Password, tls: false));

        Assert.EndsWith("login failed: the port takes no login: security.protocol there is PLAINTEXT or SSL", failure.Message,
            StringComparison.Ordinal);
    }

    /// <summary>In simulated time: what the listener is has to be told within two seconds, which a busy machine may take.</summary>
    [Fact]
    public void Nobody_gets_through_without_a_login()
    {
        KafkaConnectionException failure = null!;
        var time = new SimulatedClock();
        OneThread.Run(time, order: null, async () =>
        {
            await using var secured = await SecuredCluster.StartAsync(time);
            await using var client = secured.Client(secured.Options("SASL_PLAINTEXT", SecurityOptions.Plaintext) with
            {
                CallTimeout = TimeSpan.Zero
            });
            failure =
                await Assert.ThrowsAsync<KafkaConnectionException>(async () => await client.Metadata.RefreshAsync(CancellationToken.None));
        });

        Assert.Equal(ConnectionFailure.WrongListener, failure.Failure);
        Assert.Contains(" wants a login (SASL ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(": set security.protocol = SASL_PLAINTEXT", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Brokers before 1.0 do not know SaslAuthenticate.</summary>
    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    public async Task Tokens_go_bare_to_brokers_before_1_0(string mechanism)
    {
        var hidden = _secured.Cluster.Faults.Intercept(ApiKey.ApiVersions,
            _ => new Broker.Faults.FaultAction { Response = WithoutAuthenticate() });

        Assert.Equal(["orders"], await TopicsAsync("SASL_PLAINTEXT", SecurityOf(mechanism, "alice", SecuredCluster.Password, tls: false)));
        var failure = await FailureAsync("SASL_PLAINTEXT", SecurityOf(mechanism, "alice", "wrong", tls: false));

        Assert.Contains(
            $"the broker closed the connection during the {mechanism} login of user 'alice': most likely it refuses the name or the "
                + "password",
            failure.Message,
            StringComparison.Ordinal);
        Assert.NotNull(hidden);
    }

    /// <summary>What knows no transactions knows of nothing but what is committed.</summary>
    [Fact]
    public async Task Committed_ends_of_brokers_before_0_11_are_their_ends()
    {
        using var old = _secured.Cluster.Faults.Intercept(ApiKey.ApiVersions,
            _ => new Broker.Faults.FaultAction { Response = WithoutIsolation() });
        await using var client = _secured.Client("SASL_PLAINTEXT", SecurityOf("PLAIN", "alice", SecuredCluster.Password, tls: false));

        var ends = await new AdminClient(client, TimeProvider.System).ListOffsetsAsync(
            new Dictionary<TopicPartition, long> { [new("orders", 0)] = OffsetSpec.Latest }, IsolationLevel.ReadCommitted,
            CancellationToken.None);

        Assert.Equal((ErrorCode.None, 0), (ends.Single().Value.ErrorCode, ends.Single().Value.Offset));
    }

    private static ApiVersionsResponse WithoutIsolation()
    {
        var answer = WithoutAuthenticate();
        answer.ApiKeys.Single(api => api.ApiKey == (short)ApiKey.ListOffsets).MaxVersion = 1;
        return answer;
    }

    private static ApiVersionsResponse WithoutAuthenticate() => new()
    {
        ApiKeys =
        [
            .. Api.All
                .Where(api => api != Api.SaslAuthenticate && api.Key < ApiKey.DescribeUserScramCredentials).Select(api => new ApiVersion
                {
                    ApiKey = (short)api.Key, MinVersion = api.MinVersion,
                    MaxVersion = api == Api.SaslHandshake ? (short)0 : Math.Min(api.MaxVersion, (short)4),
                }),
        ],
    };

    private SecurityOptions SecurityOf(string mechanism, string user, string password, bool tls) =>
        new() { Sasl = SecuredCluster.Sasl(mechanism, user, password), Tls = tls ? _secured.Tls() : null };

    private async Task<string[]> TopicsAsync(string listener, SecurityOptions security)
    {
        await using var client = _secured.Client(listener, security);
        var topics = await new AdminClient(client, TimeProvider.System).ListTopicsAsync(CancellationToken.None);
        return [.. topics.Select(topic => topic.Name!)];
    }

    private async Task<KafkaConnectionException> FailureAsync(string listener, SecurityOptions security)
    {
        await using var client = _secured.Client(listener, security);
        return await Assert.ThrowsAsync<KafkaConnectionException>(() => client.Metadata.RefreshAsync(CancellationToken.None).AsTask());
    }
}
