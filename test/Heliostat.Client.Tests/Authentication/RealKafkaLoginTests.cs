using System.Buffers.Binary;
using System.Net;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Client.Tests.Authentication.Kerberos;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.Kerberos;
using Heliostat.Testing.RealKafka;
using Heliostat.Testing.Wire;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication;

/// <summary>
/// Each mechanism at a real broker, with tokens in SaslAuthenticate and raw, token by token: how connections do it is tested elsewhere.
/// </summary>
[Collection(TestRealmsCollection.Name)]
public sealed class RealKafkaLoginTests(RealKafkaLoginTests.SaslKafka kafka) : IClassFixture<RealKafkaLoginTests.SaslKafka>
{
    private static readonly PlainOptions Plain = new() { Username = "mirror", Password = new Secret("mirror-secret") };
    private static readonly ScramOptions Scram = new()
    {
        Hash = ScramHash.Sha512,
        Username = "a=b,c",
        Password = new Secret("scram-secret")
    };

    [KafkaFact]
    public Task PLAIN() => LogInAsync(Plain);

    [KafkaFact]
    public Task SCRAM_SHA_512_with_a_name_that_is_escaped() => LogInAsync(Scram);

    [KafkaFact]
    public Task SCRAM_SHA_256() => LogInAsync(Scram with { Hash = ScramHash.Sha256 });

    [KafkaFact]
    public Task OAUTHBEARER_with_an_unsecured_token_and_extensions() => LogInAsync(new OAuthBearerOptions
    {
        Token = new UnsecuredTokenOptions { ClaimsJson = """{"sub":"mirror"}""" },
        Extensions = new SaslExtensions([new("tenant", "t 1")]),
    });

    [KafkaFact(Kerberos = true)]
    public Task GSSAPI_with_a_keytab() =>
        LogInAsync(new GssapiOptions
        {
            ServiceName = "kafka",
            Principal = "mirror@ONE.TEST",
            KeyTab = kafka.Realms.Keytab("mirror", "ONE.TEST")
        });

    [KafkaFact]
    public async Task A_wrong_password_is_refused_with_the_brokers_words()
    {
        Assert.Equal(
            "user 'mirror' is refused with PLAIN: Authentication failed: Invalid username or password; check the username and password of "
                + "sasl.jaas.config",
            (await FailAsync(Plain with { Password = new Secret("canary") })).Message);
        Assert.Equal(
            "user 'a=b,c' is refused with SCRAM-SHA-512: Authentication failed during authentication due to invalid credentials with SASL "
                + "mechanism SCRAM-SHA-512; "
            + "check the username and password of sasl.jaas.config",
            (await FailAsync(Scram with { Password = new Secret("canary") })).Message);
    }

    [KafkaFact]
    public async Task A_token_that_the_broker_does_not_take_is_described()
    {
        var failure = await FailAsync(new OAuthBearerOptions
        {
            Token = new UnsecuredTokenOptions { ClaimsJson = """{"sub":"mirror","iss":"me","iat":1}""", Lifetime = TimeSpan.FromSeconds(1) }
        }, TimeSpan.FromSeconds(-30));

        Assert.StartsWith("the broker refuses the token of 'mirror', issued by me, good until ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("invalid_token", failure.Message, StringComparison.Ordinal);
    }

    private async Task LogInAsync(SaslOptions options)
    {
        var mechanism = SaslMechanisms.Create(options, Surroundings.System);
        await LogInAsync(mechanism, raw: false);
        await LogInAsync(mechanism, raw: true);
    }

    private async Task<SaslException> FailAsync(SaslOptions options, TimeSpan clock = default)
    {
        var mechanism = SaslMechanisms.Create(options, Surroundings.With(new ShiftedTime(clock), null));
        var failure = await Assert.ThrowsAsync<SaslException>(() => LogInAsync(mechanism, raw: false));
        Assert.Equal(SaslFailure.Refused, failure.Failure);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
        return failure;
    }

    private async Task LogInAsync(ISaslMechanism mechanism, bool raw)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        var ct = deadline.Token;
        await kafka.StartedAsync(ct);
        await using var client = await RawClient.ConnectAsync($"127.0.0.1:{kafka.Port}", ct);
        using var session = await mechanism.BeginAsync(new DnsEndPoint("localhost", kafka.Port), ct);
        var handshake = await client.CallAsync(new SaslHandshakeRequest { Mechanism = mechanism.Name }, raw ? (short)0 : (short)1, ct);
        Assert.Equal(ErrorCode.None, handshake.ErrorCode);

        for (ReadOnlyMemory<byte>? token = session.First; token is { } next;)
        {
            if (raw)
            {
                await client.SendAsync(Framed(next.Span), ct);
                if (!session.AwaitsAnswer)
                {
                    break;
                }

                token = session.Next(await client.ReceiveFrameAsync(ct));
                continue;
            }

            var answer = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = next }, 1, ct);
            token = answer.ErrorCode == ErrorCode.None ? session.Next(answer.AuthBytes) : throw session.Refused(answer.ErrorMessage);
        }

        Assert.Single((await client.CallAsync(new MetadataRequest { Topics = [] }, 5, ct)).Brokers);
    }

    private static byte[] Framed(ReadOnlySpan<byte> token)
    {
        var frame = new byte[sizeof(int) + token.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, token.Length);
        token.CopyTo(frame.AsSpan(sizeof(int)));
        return frame;
    }

    /// <summary>A clock that goes wrong by a constant.</summary>
    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }

    /// <summary>One broker with a SASL listener for every mechanism, and the realms it stands in.</summary>
    public sealed class SaslKafka : IAsyncLifetime
    {
        private const string Prefix = "listener.name.sasl_plaintext.";
        private const string Kafka = "org.apache.kafka.common.security.";

        private readonly Lazy<Task<KafkaCluster>> _cluster;

        public SaslKafka(TestRealms realms)
        {
            Realms = realms;
            _cluster = new(StartAsync);
        }

        public TestRealms Realms { get; }

        public int Port { get; } = FreePorts.Next();

        public Task InitializeAsync() => Task.CompletedTask;

        public Task StartedAsync(CancellationToken ct) => _cluster.Value.WaitAsync(ct);

        public async Task DisposeAsync()
        {
            if (_cluster.IsValueCreated)
            {
                await (await _cluster.Value).DisposeAsync();
            }
        }

        private async Task<KafkaCluster> StartAsync()
        {
            var hasKerberos = new KerberosFactAttribute().Skip is null;
            Dictionary<string, string> properties = new()
            {
                [Prefix + "sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER" + (hasKerberos ? ",GSSAPI" : ""),
                [Prefix + "plain.sasl.jaas.config"] = Kafka + "plain.PlainLoginModule required user_mirror=\"mirror-secret\";",
                [Prefix + "scram-sha-256.sasl.jaas.config"] = Kafka + "scram.ScramLoginModule required;",
                [Prefix + "scram-sha-512.sasl.jaas.config"] = Kafka + "scram.ScramLoginModule required;",
                [Prefix + "oauthbearer.sasl.jaas.config"] = Kafka
                    + "oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";",
            };
            if (hasKerberos)
            {
                properties["sasl.kerberos.service.name"] = "kafka";
                properties[Prefix + "gssapi.sasl.jaas.config"] =
                    "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true "
                        + $"keyTab=\"{Realms.Keytab("kafka", "ONE.TEST")}\" principal=\"kafka/localhost@ONE.TEST\";";
            }

            var cluster = await KafkaCluster.StartAsync(
                new KafkaClusterOptions
                {
                    Listeners = new Dictionary<string, int> { ["SASL_PLAINTEXT"] = Port },
                    JavaOptions = hasKerberos ? $"-Djava.security.krb5.conf={Realms.Config("ONE.TEST")}" : "",
                    Properties = properties,
                },
                CancellationToken.None);
            foreach (var hash in new[] { "SCRAM-SHA-256", "SCRAM-SHA-512" })
            {
                await cluster.RunToolAsync(
                    "kafka-configs.sh",
                    ["--bootstrap-server", cluster.BootstrapServers, "--alter", "--entity-type", "users", "--entity-name", "a=b,c",
                        "--add-config", $"{hash}=[iterations=4096,password=scram-secret]"],
                    CancellationToken.None);
            }

            return cluster;
        }
    }
}
