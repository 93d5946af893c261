using System.Net;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Authentication.OAuthBearer;

public sealed class OAuthBearerTests
{
    private static readonly DnsEndPoint Broker = new("broker.test", 9093);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task The_message_holds_the_token_and_the_extensions()
    {
        using var folder = new TemporaryFolder("token");
        var token = TestTokens.Make("""{"sub":"mirror","exp":1800000000}""");
        File.WriteAllText(folder.File("token"), token + "\n");
        using var session = await BeginAsync(new FileTokenOptions { Path = folder.File("token") },
            new SaslExtensions([new("tenant", "t 1"), new("pool", "p")]));

        Assert.Equal($"n,,\x01" + "auth=Bearer " + token + "\x01pool=p\x01tenant=t 1\x01\x01", Text(session.First));
        Assert.Null(session.Next(default));
    }

    [Fact]
    public async Task A_token_in_a_file_is_read_for_each_login()
    {
        using var folder = new TemporaryFolder("token");
        var mechanism = SaslMechanisms.Create(new OAuthBearerOptions { Token = new FileTokenOptions { Path = folder.File("token") } },
            Surroundings.With(_time, null));
        await Assert.ThrowsAsync<SaslException>(() => mechanism.BeginAsync(Broker, CancellationToken.None).AsTask());
        File.WriteAllText(folder.File("token"), TestTokens.Make("""{"sub":"one","exp":1800000000}"""));
        using var one = await mechanism.BeginAsync(Broker, CancellationToken.None);
        File.WriteAllText(folder.File("token"), TestTokens.Make("""{"sub":"two","exp":1800000000}"""));
        using var two = await mechanism.BeginAsync(Broker, CancellationToken.None);

        Assert.NotEqual(one.First.ToArray(), two.First.ToArray());
    }

    [Fact]
    public async Task A_refusal_in_JSON_is_acknowledged_and_then_told()
    {
        using var session = await UnsecuredAsync("""{"sub":"mirror","iss":"https://idp.test","aud":["kafka","other"]}""");

        Assert.Equal([1], session.Next(Encoding.UTF8.GetBytes("""{"status":"invalid_token"}"""))!.Value.ToArray());
        const string Words =
            "the broker refuses the token of 'mirror', issued by https://idp.test for kafka,other, good until 2026-01-02 04:04:05Z: "
                + "{\"status\":\"invalid_token\"}; "
                + "check issuer, audience and scope against what the broker expects";
        Assert.Equal(Words, session.Refused("""{"status":"invalid_token"}""").Message);
        Assert.Equal(Words, session.Refused(null).Message);
        Assert.Equal(Words, Assert.Throws<SaslException>(() => session.Next(default)).Message);
    }

    [Fact]
    public async Task An_unsecured_token_has_what_Kafka_puts_into_it()
    {
        using var session = await UnsecuredAsync("""{"sub":"mirror","scope":["a","b"]}""");
        var parts = Text(session.First).Split("Bearer ")[1].Split('\x01')[0].Split('.');

        Assert.Equal("""{"alg":"none"}""", Decode(parts[0]));
        Assert.Equal("""{"sub":"mirror","scope":["a","b"],"iat":1767323045,"exp":1767326645}""", Decode(parts[1]));
        Assert.Equal("", parts[2]);
    }

    [Theory]
    [InlineData("auth", "x")]
    [InlineData("", "x")]
    [InlineData("a1", "x")]
    [InlineData("ä", "x")]
    [InlineData("tenant", "")]
    [InlineData("tenant", "\u0001auth=Bearer other")]
    [InlineData("tenant", "ü")]
    public void An_extension_that_the_message_cannot_carry_is_refused(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new SaslExtensions([new(name, value)]));

    [Fact]
    public void Extensions_are_equal_by_value_and_show_their_names_only()
    {
        var one = new SaslExtensions([new("b", "canary"), new("a", "1")]);

        Assert.Equal(one, new SaslExtensions([new("a", "1"), new("b", "canary")]));
        Assert.NotEqual(one, new SaslExtensions([new("a", "2"), new("b", "canary")]));
        Assert.Equal("a,b", one.ToString());
    }

    [Theory]
    [InlineData("x.y", "it has 2 parts, where a JWT has three")]
    [InlineData("%.%.%", "its parts are not JSON in base64url")]
    [InlineData("e30.W10.", "its parts are not JSON objects")]
    [InlineData("e30.e30.", "it has no 'exp'")]
    public void What_is_no_token_is_named_and_not_shown(string text, string why)
    {
        var failure = Assert.Throws<SaslException>(() => new Jwt("sub", "scope").Read(text, "FILE", _time.GetUtcNow()));

        Assert.Equal($"what comes from FILE is no token that Kafka takes: {why}", failure.Message);
        Assert.Equal(SaslFailure.NoCredential, failure.Failure);
    }

    [Theory]
    [InlineData("""{"exp":1800000000}""", "it has no 'sub' (sasl.oauthbearer.sub.claim.name)")]
    [InlineData("""{"exp":1800000000,"sub":7}""", "it has no 'sub' (sasl.oauthbearer.sub.claim.name)")]
    [InlineData("""{"exp":"soon","sub":"x"}""", "its 'exp' is no time")]
    [InlineData("""{"exp":1800000000,"sub":"x","iat":-1}""", "its 'iat' is no time")]
    [InlineData("""{"exp":1800000000,"sub":"x","scope":[1]}""",
        "its 'scope' is neither a text nor a list of texts (sasl.oauthbearer.scope.claim.name)")]
    public void A_claim_that_Kafka_would_refuse_is_named(string claims, string why) =>
        Assert.EndsWith(why, Assert.Throws<SaslException>(() => new Jwt("sub", "scope").Read(TestTokens.Make(claims), "FILE",
            _time.GetUtcNow())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_token_that_is_over_when_it_comes_asks_for_the_clocks()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_042);

        var failure = Assert.Throws<SaslException>(() => new Jwt("sub", "scope").Read(TestTokens.Make("""{"exp":1800000000,"sub":"x"}"""),
            "FILE", now));

        Assert.Equal("the token from FILE expired 42 s ago when it came: do the clocks differ, or is it an old file?", failure.Message);
    }

    private Task<ISaslSession> UnsecuredAsync(string claims) =>
        BeginAsync(new UnsecuredTokenOptions { ClaimsJson = claims }, SaslExtensions.None);

    private async Task<ISaslSession> BeginAsync(TokenOptions token, SaslExtensions extensions) =>
        await SaslMechanisms.Create(new OAuthBearerOptions { Token = token, Extensions = extensions }, Surroundings.With(_time, null))
            .BeginAsync(Broker, CancellationToken.None);

    private static string Text(ReadOnlyMemory<byte> token) => Encoding.UTF8.GetString(token.Span);

    private static string Decode(string part) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part));
}
