using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Reading;
using Heliostat.Testing;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Tests.Authentication.Reading;

public sealed class LoginCheckTests
{
    private static readonly EndpointOptions Endpoint = new() { Url = new Uri("https://idp.test/token") };

    [Fact]
    public void What_needs_no_file_has_no_problem() => Assert.Empty(Check(new PlainOptions { Username = "u", Password = new Secret("p") }));

    [Fact]
    public void A_keytab_that_is_not_there_is_one() => Assert.Equal(
        new LoginProblem("sasl.jaas.config", "there is no keytab /none/k"),
        Assert.Single(Check(new GssapiOptions { ServiceName = "kafka", Principal = "m@R", KeyTab = "/none/k" })));

    [Fact]
    public void A_ticket_cache_is_not_looked_at() =>
        Assert.Empty(Check(new GssapiOptions { ServiceName = "kafka", TicketCache = "/none/cc" }));

    [Fact]
    public void A_token_file_is_read()
    {
        using var folder = new TemporaryFolder("token");
        File.WriteAllText(folder.File("token"), "canary");

        var problem = Assert.Single(Check(new OAuthBearerOptions { Token = new FileTokenOptions { Path = folder.File("token") } }));

        Assert.Equal(new LoginProblem("sasl.oauthbearer.token.endpoint.url",
            $"what comes from {folder.File("token")} is no token that Kafka takes: it has 1 parts, where a JWT has three"), problem);
    }

    [Fact]
    public void The_endpoints_stores_and_the_assertions_key_are_opened()
    {
        var problems = Check(new OAuthBearerOptions
        {
            Token = new JwtBearerOptions
            {
                Endpoint = Endpoint with { TrustStore = new TrustStoreOptions { Location = "/none/trust.jks" } },
                Assertion = new AssertionOptions { PrivateKeyFile = "/none/key" },
            },
        });

        Assert.Equal(
            [
                new LoginProblem("sasl.jaas.config", "ssl.truststore.location of sasl.jaas.config: there is no file /none/trust.jks"),
                new LoginProblem("sasl.oauthbearer.assertion.private.key.file",
                    "there is no file /none/key (sasl.oauthbearer.assertion.private.key.file)"),
            ],
            problems);
    }

    private static List<LoginProblem> Check(SaslOptions options)
    {
        List<LoginProblem> problems = [];
        LoginCheck.TryFiles(options, TimeProvider.System, problems);
        return problems;
    }
}
