using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Server;

namespace Heliostat.Broker.Tests.Authentication;

/// <summary>Nothing but a right login gets through, and nothing that is sent instead of one harms the broker.</summary>
public sealed class HostileLoginTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly Clock _time = new();
    private EmbeddedCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await EmbeddedCluster.StartAsync(
        new EmbeddedClusterOptions
        {
            Time = _time,
            MaxReauth = TimeSpan.FromMinutes(1),
            Users = new Dictionary<string, string> { ["alice"] = "secret", ["bob"] = "b" },
            Listeners = [new EmbeddedListener("SASL_PLAINTEXT")
            {
                SaslMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"]
            }],
        },
        Ct);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_request_before_the_login_ends_the_connection()
    {
        await using var client = await ConnectAsync();
        Assert.Equal(ErrorCode.None, (await client.CallAsync(new ApiVersionsRequest(), 0, Ct)).ErrorCode);

        await client.SendAsync(new MetadataRequest(), 1, Ct);

        Assert.True(await client.IsClosedAsync(Ct));
    }

    [Fact]
    public async Task A_token_before_a_mechanism_ends_the_connection()
    {
        await using var client = await ConnectAsync();

        await client.SendAsync(new SaslAuthenticateRequest { AuthBytes = Plain("alice", "secret") }, 1, Ct);

        Assert.True(await client.IsClosedAsync(Ct));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("OAUTHBEARER")]
    [InlineData("AWS_MSK_IAM")]
    public async Task Garbage_is_refused_and_the_connection_is_of_no_use_after(string mechanism)
    {
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var token = new byte[random.Next(0, 80)];
            random.NextBytes(token);
            if (i % 3 == 0)
            {
                Encoding.ASCII.GetBytes("n,,n=alice,r=abc").AsSpan(0, Math.Min(token.Length, 16)).CopyTo(token);
            }

            await using var client = await ConnectAsync(mechanism);
            var code = ErrorCode.None;
            for (var steps = 0; code == ErrorCode.None && steps < 3; steps++)
            {
                var answer = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = token }, 2, Ct);
                code = answer.ErrorCode;
            }

            Assert.Equal(ErrorCode.SaslAuthenticationFailed, code);
            await client.SendAsync(new MetadataRequest(), 1, Ct);
            Assert.True(await client.IsClosedAsync(Ct));
        }

        Assert.Equal(0, _cluster.ClosedConnectionCount(0, CloseReason.HandlerFailed));
    }

    [Theory]
    [InlineData("alice", "")]
    [InlineData("", "secret")]
    [InlineData("alice", "Secret")]
    [InlineData("Alice", "secret")]
    [InlineData("mallory", "secret")]
    public async Task Wrong_names_and_passwords_are_refused(string user, string password)
    {
        await using var client = await ConnectAsync("PLAIN");

        Assert.Equal(ErrorCode.SaslAuthenticationFailed,
            (await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = Plain(user, password) }, 2, Ct)).ErrorCode);
    }

    [Theory]
    [InlineData("c=biws,r={0}x,p={1}")]
    [InlineData("c=biws,r=own,p={1}")]
    [InlineData("c=biws,r={0},p=")]
    [InlineData("c=biws,r={0},p=!!!")]
    [InlineData("c=biws,r={0}")]
    [InlineData("")]
    public async Task A_proof_for_another_nonce_or_none_is_refused(string final) =>
        Assert.Equal(ErrorCode.SaslAuthenticationFailed, await ProveAsync(final, "c=biws,r={0}"));

    [Theory]
    [InlineData("c=biws,r={0}")]
    [InlineData("c=biws,r=own{0}")]
    public async Task A_nonce_that_ends_in_the_brokers_is_enough(string final) =>
        Assert.Equal(ErrorCode.None, await ProveAsync(final + ",p={1}", final));

    private async Task<ErrorCode> ProveAsync(string final, string proved)
    {
        await using var client = await ConnectAsync("SCRAM-SHA-256");
        var first = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = "n,,n=alice,r=own"u8.ToArray() }, 2, Ct);
        var fields = Encoding.UTF8.GetString(first.AuthBytes.Span).Split(',');
        var nonce = fields[0][2..];
        var salted = Rfc2898DeriveBytes.Pbkdf2("secret", Convert.FromBase64String(fields[1][2..]), int.Parse(fields[2][2..]),
            HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), Encoding.UTF8.GetBytes(
            $"n=alice,r=own,{string.Join(',', fields)},{string.Format(CultureInfo.InvariantCulture, proved, nonce)}"));
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        var token = Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, final, nonce, Convert.ToBase64String(proof)));
        return (await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = token }, 2, Ct)).ErrorCode;
    }

    [Theory]
    [InlineData("""{"alg":"none"}""", """{"sub":"alice","iat":1,"exp":2}""")]
    [InlineData("""{"alg":"none"}""", """{"sub":"alice","iat":1,"exp":"9999999999"}""")]
    [InlineData("""{"alg":"none"}""", """{"sub":"","iat":1,"exp":9999999999}""")]
    [InlineData("""{"alg":"none"}""", """{"iat":1,"exp":9999999999}""")]
    [InlineData("""{"alg":"none"}""", """{"sub":"alice","iat":9999999998,"exp":9999999999}""")]
    [InlineData("""{"alg":"RS256"}""", """{"sub":"alice","iat":1,"exp":9999999999}""")]
    [InlineData("""[]""", """[]""")]
    [InlineData("""nothing""", """nothing""")]
    public async Task A_token_that_is_over_or_none_is_refused_after_its_reason_was_heard(string header, string claims)
    {
        await using var client = await ConnectAsync("OAUTHBEARER");

        var why = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = Bearer(header, claims) }, 2, Ct);
        var refusal = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = new byte[] { 1 } }, 2, Ct);

        Assert.Equal("""{"status":"invalid_token"}""", Encoding.UTF8.GetString(why.AuthBytes.Span));
        Assert.Equal(ErrorCode.SaslAuthenticationFailed, refusal.ErrorCode);
    }

    [Fact]
    public async Task A_session_that_is_over_serves_nothing_but_a_new_login()
    {
        await using var late = await LoggedInAsync();
        await using var again = await LoggedInAsync();
        Assert.NotEmpty((await again.CallAsync(new MetadataRequest(), 1, Ct)).Brokers);

        _time.Offset += TimeSpan.FromMinutes(2);
        await late.SendAsync(new MetadataRequest(), 1, Ct);
        Assert.True(await late.IsClosedAsync(Ct));
        Assert.Equal(ErrorCode.None, (await again.CallAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1, Ct)).ErrorCode);
        var answer = await again.CallAsync(new SaslAuthenticateRequest { AuthBytes = Plain("alice", "secret") }, 1, Ct);

        Assert.InRange(answer.SessionLifetimeMs, 55_000, 60_000);
        Assert.NotEmpty((await again.CallAsync(new MetadataRequest(), 1, Ct)).Brokers);
    }

    [Fact]
    public async Task A_session_cannot_become_somebody_elses_or_change_its_mechanism()
    {
        await using var client = await LoggedInAsync();
        Assert.Equal(ErrorCode.IllegalSaslState,
            (await client.CallAsync(new SaslHandshakeRequest { Mechanism = "SCRAM-SHA-256" }, 1, Ct)).ErrorCode);

        await client.CallAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1, Ct);
        var answer = await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = Plain("bob", "b") }, 1, Ct);

        Assert.Equal((ErrorCode.SaslAuthenticationFailed, "Cannot change principals during re-authentication from User:alice to User:bob"),
            (answer.ErrorCode, answer.ErrorMessage));
        await client.SendAsync(new MetadataRequest(), 1, Ct);
        Assert.True(await client.IsClosedAsync(Ct));
    }

    [Fact]
    public async Task Another_request_amid_a_login_ends_the_connection()
    {
        await using var client = await ConnectAsync("SCRAM-SHA-256");
        await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = "n,,n=alice,r=own"u8.ToArray() }, 2, Ct);

        await client.SendAsync(new ApiVersionsRequest(), 0, Ct);

        Assert.True(await client.IsClosedAsync(Ct));
    }

    [Fact]
    public async Task Bare_tokens_are_answered_bare_and_refused_by_a_close()
    {
        await using var right = await ConnectAsync();
        Assert.Equal(ErrorCode.None, (await right.CallAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 0, Ct)).ErrorCode);
        await right.SendAsync(Framed(Plain("alice", "secret")), Ct);
        Assert.Empty(await right.ReceiveFrameAsync(Ct));
        Assert.NotEmpty((await right.CallAsync(new MetadataRequest(), 1, Ct)).Brokers);

        await using var wrong = await ConnectAsync();
        await wrong.CallAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 0, Ct);
        await wrong.SendAsync(Framed(Plain("alice", "wrong")), Ct);
        Assert.True(await wrong.IsClosedAsync(Ct));
    }

    [Fact]
    public async Task A_mechanism_that_is_not_there_is_answered_with_those_that_are()
    {
        await using var client = await ConnectAsync();

        var answer = await client.CallAsync(new SaslHandshakeRequest { Mechanism = "?" }, 1, Ct);

        Assert.Equal(ErrorCode.UnsupportedSaslMechanism, answer.ErrorCode);
        Assert.Equal(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"], answer.Mechanisms);
    }

    private static byte[] Plain(string user, string password) => Encoding.UTF8.GetBytes($"\0{user}\0{password}");

    private static byte[] Bearer(string header, string claims) => Encoding.UTF8.GetBytes(
        "n,,\u0001auth=Bearer "
            + $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}"
            + ".\u0001\u0001");

    private static byte[] Framed(byte[] token)
    {
        var frame = new byte[4 + token.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, token.Length);
        token.CopyTo(frame, 4);
        return frame;
    }

    private async Task<RawClient> ConnectAsync(string? mechanism = null)
    {
        var client = await RawClient.ConnectAsync(_cluster.BootstrapServers, Ct);
        if (mechanism is not null)
        {
            Assert.Equal(ErrorCode.None, (await client.CallAsync(new SaslHandshakeRequest { Mechanism = mechanism }, 1, Ct)).ErrorCode);
        }

        return client;
    }

    private async Task<RawClient> LoggedInAsync()
    {
        var client = await ConnectAsync("PLAIN");
        Assert.Equal(ErrorCode.None,
            (await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = Plain("alice", "secret") }, 2, Ct)).ErrorCode);
        return client;
    }

    /// <summary>The real time and an offset.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
    }
}
