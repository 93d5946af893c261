using System.Net;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Testing;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication.OAuthBearer;

public sealed class TokenEndpointTests
{
    private static readonly DnsEndPoint Broker = new("broker.test", 9093);
    private static readonly EndpointOptions Endpoint = new() { Url = new Uri("https://user:canary@idp.test:8443/token?secret=canary") };
    private static readonly string Good =
        $$"""{"access_token":"{{TestTokens.Make("""{"sub":"mirror","exp":1800000000}""")}}","token_type":"Bearer"}""";

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Id_and_secret_go_into_the_Basic_header_and_the_scope_into_the_form()
    {
        using var endpoint = FakeEndpoint.Giving(Good);

        await LoginAsync(endpoint, Client with { Scope = "mirror all" });

        var asked = Assert.Single(endpoint.Requests);
        Assert.Equal("POST", asked.Method);
        Assert.Equal("Basic " + Base64("mirror:s:e c+r&t"), asked.Headers["Authorization"]);
        Assert.Equal("application/json", asked.Headers["Accept"]);
        Assert.Equal("grant_type=client_credentials&scope=mirror+all", asked.Body);
    }

    [Fact]
    public async Task Header_urlencode_encodes_before_base64()
    {
        using var endpoint = FakeEndpoint.Giving(Good);

        await LoginAsync(endpoint, Client with { HeaderUrlEncode = true });

        Assert.Equal("Basic " + Base64("mirror:s%3Ae+c%2Br%26t"), Assert.Single(endpoint.Requests).Headers["Authorization"]);
        Assert.Equal("grant_type=client_credentials", endpoint.Requests[0].Body);
    }

    [Fact]
    public async Task An_assertion_takes_the_place_of_the_secret()
    {
        using var folder = new TemporaryFolder("assertion");
        File.WriteAllText(folder.File("assertion"), " a.b.c\n");
        using var endpoint = FakeEndpoint.Giving(Good);

        await LoginAsync(endpoint, Client with { Assertion = new AssertionOptions { File = folder.File("assertion") } });

        var asked = Assert.Single(endpoint.Requests);
        Assert.False(asked.Headers.ContainsKey("Authorization"));
        Assert.Equal(
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c&grant_type=client_credentials&client_id=mirror",
            asked.Body);
    }

    [Fact]
    public async Task Jwt_bearer_exchanges_an_assertion()
    {
        using var folder = new TemporaryFolder("assertion");
        File.WriteAllText(folder.File("assertion"), "a.b.c");
        using var endpoint = FakeEndpoint.Giving(Good);

        await LoginAsync(endpoint, new JwtBearerOptions
        {
            Endpoint = Endpoint,
            Assertion = new AssertionOptions { File = folder.File("assertion") },
            Scope = "s"
        });

        Assert.Equal("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c&scope=s",
            Assert.Single(endpoint.Requests).Body);
    }

    [Theory]
    [InlineData("""{"id_token":"TOKEN"}""", HttpStatusCode.OK)]
    [InlineData("""{"access_token":"","id_token":"TOKEN"}""", HttpStatusCode.OK)]
    [InlineData("""{"access_token":"TOKEN"}""", HttpStatusCode.Created)]
    public async Task The_token_is_found_where_Kafka_finds_it(string body, HttpStatusCode status)
    {
        using var endpoint = FakeEndpoint.Giving(body.Replace("TOKEN", TestTokens.Make("""{"sub":"mirror","exp":1800000000}"""),
            StringComparison.Ordinal), status);

        await LoginAsync(endpoint, Client);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(407)]
    [InlineData(413)]
    [InlineData(501)]
    public async Task What_another_attempt_does_not_change_is_not_attempted(int status)
    {
        using var endpoint = FakeEndpoint.Giving(
            """{"error":"invalid_client","error_description":"who is\nthat?","access_token":"canary"}""", (HttpStatusCode)status);

        var failure = await Assert.ThrowsAsync<SaslException>(() => LoginAsync(endpoint, Client));

        Assert.Single(endpoint.Requests);
        Assert.Equal(
            $"the token endpoint https://idp.test:8443/token answered {status} invalid_client (who is that?); check client id, secret, "
                + "scope and URL", failure.Message);
        Assert.Equal(SaslFailure.Refused, failure.Failure);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(412)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        using var endpoint = new FakeEndpoint((attempt, _) => attempt < 3
            ? FakeEndpoint.Answer("<html>canary", (HttpStatusCode)status)
            : FakeEndpoint.Answer(Good));
        var login = LoginAsync(endpoint, Client);

        await MoveUntilAsync(login);

        await login;
        Assert.Equal(3, endpoint.Requests.Count);
    }

    [Fact]
    public async Task Attempts_end_with_the_longest_back_off()
    {
        using var endpoint = new FakeEndpoint((_, _) => throw new HttpRequestException("outer", new IOException("Connection refused")));
        var began = _time.GetUtcNow();
        var login = LoginAsync(endpoint, Client);

        await MoveUntilAsync(login);

        var failure = await Assert.ThrowsAsync<SaslException>(() => login);
        Assert.Equal("the token endpoint https://idp.test:8443/token cannot be asked: Connection refused", failure.Message);
        Assert.Equal(7, endpoint.Requests.Count);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData("canary")]
    [InlineData("[]")]
    [InlineData("""{"token":"canary"}""")]
    [InlineData("""{"access_token":7}""")]
    public async Task A_success_without_a_token_shows_nothing_of_itself(string body)
    {
        using var endpoint = FakeEndpoint.Giving(body);

        var failure = await Assert.ThrowsAsync<SaslException>(() => LoginAsync(endpoint, Client));

        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal("the token endpoint https://idp.test:8443/token answered without an access_token in JSON: is this the token URL?",
            failure.Message);
    }

    [Fact]
    public async Task A_damaged_token_and_options_show_nothing_of_themselves()
    {
        using var endpoint = FakeEndpoint.Giving("""{"access_token":"canary.canary.canary"}""");

        var failure =
            await Assert.ThrowsAsync<SaslException>(() => LoginAsync(endpoint, Client with { ClientSecret = new Secret("canary") }));

        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", (Client with { ClientSecret = new Secret("canary") }).ToString(), StringComparison.Ordinal);
    }

    private static ClientCredentialsOptions Client =>
        new() { Endpoint = Endpoint, ClientId = "mirror", ClientSecret = new Secret("s:e c+r&t") };

    private async Task LoginAsync(FakeEndpoint endpoint, TokenOptions token)
    {
        // Without a context what waits for the manual clock goes on within Advance, so that no attempt is overrun by the clock.
        SynchronizationContext.SetSynchronizationContext(null);
        var mechanism = SaslMechanisms.Create(new OAuthBearerOptions { Token = token }, Surroundings.With(_time, endpoint));
        using var session = await mechanism.BeginAsync(Broker, CancellationToken.None);
    }

    private async Task MoveUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
