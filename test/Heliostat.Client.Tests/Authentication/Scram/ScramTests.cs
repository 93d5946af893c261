using System.Net;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication.Scram;

public sealed class ScramTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";

    /// <summary>RFC 7677, section 3.</summary>
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    [Fact]
    public async Task The_exchange_of_RFC_7677_is_spoken_letter_for_letter()
    {
        using var session = await BeginAsync("user", "pencil");

        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Text(session.First));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Next(session, ServerFirst));
        Assert.Null(Next(session, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    /// <summary>Made with Python's hashlib and hmac, which know nothing of this code.</summary>
    [Fact]
    public async Task SHA_512_is_spoken_as_an_independent_computation_has_it()
    {
        using var session = await BeginAsync("user", "pencil", ScramHash.Sha512);

        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==", Next(session, ServerFirst));
        Assert.Null(Next(session, "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="));
    }

    [Fact]
    public async Task Names_are_escaped_and_a_delegation_token_says_so()
    {
        using var session = await BeginAsync("a=b,c=ü", "pencil", tokenAuth: true);

        Assert.Equal("n,,n=a=3Db=2Cc=3Dü,r=rOprNGfwEbeRWgbNEkqO,tokenauth=true", Text(session.First));
    }

    [Fact]
    public async Task The_extension_of_a_delegation_token_is_signed_with_the_rest()
    {
        using var plain = await BeginAsync("user", "pencil");
        using var token = await BeginAsync("user", "pencil", tokenAuth: true);

        Assert.NotEqual(Next(plain, ServerFirst), Next(token, ServerFirst));
    }

    [Theory]
    [InlineData("")]
    [InlineData("r=")]
    [InlineData("s=W22ZaJ0SNY7soEsUEjb6gQ==,r=rOprNGfwEbeRWgbNEkqOx,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=%%%,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=many")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2147483647")]
    public async Task A_first_message_that_is_none_ends_the_login(string serverFirst)
    {
        using var session = await BeginAsync("user", "pencil");

        Assert.Equal(SaslFailure.Malformed, Assert.Throws<SaslException>(() => Next(session, serverFirst)).Failure);
    }

    [Theory]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=ROprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    public async Task A_nonce_that_does_not_go_on_from_ours_is_a_replay(string serverFirst)
    {
        using var session = await BeginAsync("user", "pencil");

        Assert.Equal(SaslFailure.BrokerNotProved, Assert.Throws<SaslException>(() => Next(session, serverFirst)).Failure);
    }

    [Theory]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95F4=", SaslFailure.BrokerNotProved)]
    [InlineData("v=6rri", SaslFailure.BrokerNotProved)]
    [InlineData("v=", SaslFailure.BrokerNotProved)]
    [InlineData("v=not base64", SaslFailure.BrokerNotProved)]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G46rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", SaslFailure.BrokerNotProved)]
    [InlineData("", SaslFailure.Malformed)]
    [InlineData("e=invalid-proof", SaslFailure.Refused)]
    public async Task Without_the_brokers_signature_the_login_does_not_end_well(string serverFinal, SaslFailure failure)
    {
        using var session = await BeginAsync("user", "pencil");
        Next(session, ServerFirst);

        Assert.Equal(failure, Assert.Throws<SaslException>(() => Next(session, serverFinal)).Failure);
    }

    [Fact]
    public async Task An_error_in_place_of_the_first_message_is_a_refusal()
    {
        using var session = await BeginAsync("user", "canary");

        var refused = Assert.Throws<SaslException>(() => Next(session, "e=unknown-user"));

        Assert.Equal("user 'user' is refused with SCRAM-SHA-256: unknown-user; check the username and password of sasl.jaas.config",
            refused.Message);
    }

    [Fact]
    public async Task One_mechanism_serves_many_sessions_and_salts()
    {
        var mechanism = new ScramMechanism(Options("user", "pencil", ScramHash.Sha256, false), () => Nonce);
        List<string?> proofs = [];
        foreach (var salt in new[] { "AAAA", "BBBB", "AAAA" })
        {
            using var session = await mechanism.BeginAsync(Broker, CancellationToken.None);
            proofs.Add(Next(session, $"r={Nonce}x,s={salt},i=4096"));
        }

        Assert.Equal(proofs[0], proofs[2]);
        Assert.NotEqual(proofs[0], proofs[1]);
    }

    [Fact]
    public async Task Nonces_differ_and_hold_no_comma()
    {
        var mechanism = SaslMechanisms.Create(Options("user", "pencil", ScramHash.Sha256, false), Surroundings.System);
        HashSet<string> nonces = [];
        for (var i = 0; i < 100; i++)
        {
            using var session = await mechanism.BeginAsync(Broker, CancellationToken.None);
            nonces.Add(Text(session.First));
        }

        Assert.Equal(100, nonces.Count);
        Assert.All(nonces, first => Assert.Equal(3, first.Count(character => character == ',')));
    }

    private static readonly DnsEndPoint Broker = new("broker.test", 9093);

    private static async Task<ISaslSession> BeginAsync(string user, string password, ScramHash hash = ScramHash.Sha256,
        bool tokenAuth = false) =>
            await new ScramMechanism(Options(user, password, hash, tokenAuth), () => Nonce).BeginAsync(Broker, CancellationToken.None);

    private static ScramOptions Options(string user, string password, ScramHash hash, bool tokenAuth) =>
        new() { Hash = hash, Username = user, Password = new Secret(password), TokenAuth = tokenAuth };

    private static string? Next(ISaslSession session, string challenge) =>
        session.Next(Encoding.UTF8.GetBytes(challenge)) is { } next ? Text(next) : null;

    private static string Text(ReadOnlyMemory<byte> token) => Encoding.UTF8.GetString(token.Span);
}
