using Heliostat.Client.Authentication.AwsMsk;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Reading;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Tests.Authentication.Reading;

public sealed class LoginReaderTests
{
    private const string Kafka = "org.apache.kafka.common.security.";
    private const string OAuth = Kafka + "oauthbearer.OAuthBearerLoginModule required ";
    private const string Krb5 = "com.sun.security.auth.module.Krb5LoginModule required ";
    private const string Secured = Kafka + "oauthbearer.OAuthBearerLoginCallbackHandler";

    private readonly List<LoginProblem> _problems = [];
    private readonly List<LoginProblem> _warnings = [];

    [Fact]
    public void PLAIN_and_SCRAM_take_user_and_password_of_either_module()
    {
        Assert.Equal(
            new PlainOptions { Username = "u", Password = new Secret("p") },
            Read(Set("PLAIN"), Kafka + "plain.PlainLoginModule required username=u password=p;"));
        Assert.Equal(
            new PlainOptions { Username = "u", Password = new Secret("p") },
            Read(Set("PLAIN"), Kafka + "scram.ScramLoginModule required username=u password=p;"));
        Assert.Equal(
            new ScramOptions { Hash = ScramHash.Sha512, Username = "u", Password = new Secret("p"), TokenAuth = true },
            Read(Set("SCRAM-SHA-512"), Kafka + "scram.ScramLoginModule required username=u password=p tokenauth=\"TRUE\";"));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("PLAIN", "plain.PlainLoginModule required username=u;", "sasl.jaas.config", "PlainLoginModule needs the option password")]
    [InlineData("PLAIN", "oauthbearer.OAuthBearerLoginModule required;", "sasl.jaas.config",
        "OAuthBearerLoginModule does not fit sasl.mechanism=PLAIN: is sasl.mechanism=OAUTHBEARER meant?")]
    [InlineData("plain", "plain.PlainLoginModule required;", "sasl.mechanism", "'plain' is not spelt as the brokers spell it: PLAIN")]
    [InlineData("SCRAM-SHA512", "scram.ScramLoginModule required;", "sasl.mechanism",
        "'SCRAM-SHA512' is not spelt as the brokers spell it: SCRAM-SHA-512")]
    [InlineData("PLAIN", "plain.PlainLogin required;", "sasl.jaas.config",
        "the login module " + Kafka + "plain.PlainLogin is not known; sasl.mechanism=PLAIN takes PlainLoginModule")]
    [InlineData("DIGEST-MD5", "plain.PlainLoginModule required;", "sasl.mechanism",
        "'DIGEST-MD5' is none of the mechanisms that are spoken: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI, OAUTHBEARER, AWS_MSK_IAM")]
    public void What_does_not_fit_names_the_setting(string mechanism, string jaas, string key, string message)
    {
        Assert.Null(Read(Set(mechanism), Kafka + jaas));

        Assert.Contains(new LoginProblem(key, message), _problems);
    }

    [Fact]
    public void A_forgotten_mechanism_is_named_as_Kafkas_default()
    {
        Assert.Null(Read(new LoginSettings(), Kafka + "plain.PlainLoginModule required username=u password=p;"));

        const string Message =
            "PlainLoginModule does not fit sasl.mechanism=GSSAPI, which is Kafka's default when it is not set: is sasl.mechanism=PLAIN "
                + "meant?";
        Assert.Equal(new LoginProblem("sasl.mechanism", Message), Assert.Single(_problems));
    }

    [Theory]
    [InlineData("com.sun.security.auth.module.JndiLoginModule", "",
        "the login module com.sun.security.auth.module.JndiLoginModule is not allowed")]
    [InlineData(Kafka + "plain.PlainLoginModule", "-Dorg.apache.kafka.disallowed.login.modules=" + Kafka + "plain.PlainLoginModule",
        "the login module " + Kafka + "plain.PlainLoginModule is not allowed")]
    [InlineData(Kafka + "plain.PlainLoginModule", "-Dorg.apache.kafka.allowed.login.modules=x.Y",
        "the login module " + Kafka + "plain.PlainLoginModule is not among those that -Dorg.apache.kafka.allowed.login.modules allows")]
    public void Modules_that_the_JVM_would_refuse_are_refused(string module, string options, string message)
    {
        Assert.Null(Read(Set("PLAIN"), module + " required username=u password=p;", options));

        Assert.Equal(new LoginProblem("sasl.jaas.config", message), Assert.Single(_problems));
    }

    [Fact]
    public void A_keytab_and_the_service_are_taken()
    {
        var options = Read(new LoginSettings { KerberosServiceName = "kafka", TicketRenewWindowFactor = 0.5 },
            Krb5 + "useKeyTab=true storeKey=true keyTab=\"file:/etc/m.keytab\" principal=\"m@R\" serviceName=kafka;");

        Assert.Equal(new GssapiOptions { ServiceName = "kafka", Principal = "m@R", KeyTab = "/etc/m.keytab", RenewWindowFactor = 0.5 },
            options);
    }

    [Fact]
    public void A_ticket_cache_and_IBMs_spelling_are_taken()
    {
        Assert.Equal(new GssapiOptions { ServiceName = "kafka", TicketCache = "/tmp/cc" },
            Read(new LoginSettings(), Krb5 + "useTicketCache=true ticketCache=\"/tmp/cc\" serviceName=kafka;"));
        Assert.Equal(
            new GssapiOptions { ServiceName = "kafka", Principal = "m@R", KeyTab = "/etc/m" },
            Read(new LoginSettings(),
                "com.ibm.security.auth.module.Krb5LoginModule required useKeytab=\"file:///etc/m\" credsType=both principal=\"m@R\" "
                    + "serviceName=kafka;"));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("useTicketCache=true;", null, "sasl.kerberos.service.name",
        "it is not set, neither here nor as serviceName in sasl.jaas.config (No serviceName defined in either JAAS or Kafka config): "
            + "usually it is 'kafka'")]
    [InlineData("useTicketCache=true serviceName=a;", "b", "sasl.kerberos.service.name",
        "it is 'b', and serviceName in sasl.jaas.config is 'a'")]
    [InlineData(";", "kafka", "sasl.jaas.config",
        "Krb5LoginModule has neither useKeyTab=true nor useTicketCache=true: there is nothing to log in with")]
    [InlineData("useKeyTab=true keyTab=\"/k\";", "kafka", "sasl.jaas.config", "Krb5LoginModule with a keytab needs the option principal")]
    [InlineData("useKeyTab=true keyTab=\"/k\" principal=\"kafka/_HOST@R\";", "kafka", "sasl.jaas.config",
        "the principal has _HOST in it, which Hadoop puts the host name for and Kafka does not: write the name")]
    [InlineData("useTicketCache=true useFirstPass=true;", "kafka", "sasl.jaas.config",
        "useFirstPass asks for a password, and none can be given here: use a keytab or a ticket cache")]
    public void A_Kerberos_login_that_cannot_be_says_why(string options, string? service, string key, string message)
    {
        Assert.Null(Read(new LoginSettings { KerberosServiceName = service }, Krb5 + options));

        Assert.Equal(new LoginProblem(key, message), Assert.Single(_problems));
    }

    [Fact]
    public void Without_a_handler_tokens_are_unsecured()
    {
        var options = (OAuthBearerOptions)Read(Set("OAUTHBEARER"), OAuth
            + "unsecuredLoginPrincipalClaimName=who unsecuredLoginStringClaim_who=\"m\" unsecuredLoginNumberClaim_n=\"1.5\" "
            + "unsecuredLoginListClaim_scope=\"|a|b\" unsecuredLoginLifetimeSeconds=\"60\" unsecuredLoginExtension_t=x;")!;

        Assert.Equal(
            new UnsecuredTokenOptions
            {
                ClaimsJson = """{"who":"m","n":1.5,"scope":["a","b"]}""",
                SubClaimName = "who",
                Lifetime = TimeSpan.FromSeconds(60)
            }, options.Token);
        Assert.Equal(new SaslExtensions([new("t", "x")]), options.Extensions);
    }

    [Fact]
    public void Settings_beat_the_JAAS_line_and_the_endpoint_has_TLS_of_its_own()
    {
        var settings = Set("OAUTHBEARER") with
        {
            LoginCallbackHandlerClass = Secured,
            Token = new TokenSettings
            {
                EndpointUrl = "https://idp/token",
                ClientId = "settings",
                ReadTimeout = TimeSpan.FromSeconds(1),
                HeaderUrlEncode = true,
                SubClaimName = "who"
            },
        };

        var options = (OAuthBearerOptions)Read(settings, OAuth
            + "clientId=jaas clientSecret=\"canary\" scope=\"a b\" extension_pool=p ssl.truststore.location=\"/t.jks\" ssl.protocol=TLS;")!;

        Assert.Equal(
            new ClientCredentialsOptions
            {
                Endpoint = new EndpointOptions
                {
                    Url = new Uri("https://idp/token"),
                    ReadTimeout = TimeSpan.FromSeconds(1),
                    TrustStore = new TrustStoreOptions { Location = "/t.jks" }
                },
                ClientId = "settings",
                ClientSecret = new Secret("canary"),
                Scope = "a b",
                HeaderUrlEncode = true,
                SubClaimName = "who",
            },
            options.Token);
        Assert.Equal("pool", options.Extensions.ToString());
        Assert.Equal(new LoginProblem("sasl.jaas.config", "ssl.protocol has no effect on the token endpoint"), Assert.Single(_warnings));
        Assert.DoesNotContain("canary", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_token_comes_from_is_told_by_URL_and_retriever()
    {
        var assertion = new AssertionOptions { PrivateKeyFile = "/key", Issuer = "me" };

        Assert.Equal("/var/token", Assert.IsType<FileTokenOptions>(Token("file:/var/token", null)).Path);
        Assert.Equal("/var/token",
            Assert.IsType<FileTokenOptions>(Token("file:///var/token", Kafka + "oauthbearer.FileJwtRetriever")).Path);
        Assert.Null(Assert.IsType<ClientCredentialsOptions>(Token("https://idp", null, assertion)).Assertion);
        Assert.Equal(assertion, Assert.IsType<ClientCredentialsOptions>(Token("https://idp",
            Kafka + "oauthbearer.ClientCredentialsJwtRetriever", assertion, "id")).Assertion);
        Assert.Equal(assertion,
            Assert.IsType<JwtBearerOptions>(Token("https://idp", Kafka + "oauthbearer.JwtBearerJwtRetriever", assertion)).Assertion);
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData(null, null, "sasl.oauthbearer.token.endpoint.url", "it is not set: there the token comes from")]
    [InlineData("ftp://idp", null, "sasl.oauthbearer.token.endpoint.url", "it is no http, https or file URL")]
    [InlineData("https://idp", "FileJwtRetriever", "sasl.oauthbearer.token.endpoint.url",
        "FileJwtRetriever reads a file: the URL must begin with file:")]
    [InlineData("https://idp", "org.example.Own", "sasl.oauthbearer.jwt.retriever.class",
        "the Java class org.example.Own cannot be loaded: Kafka's own retrievers are known")]
    [InlineData("https://idp", "JwtBearerJwtRetriever", "sasl.oauthbearer.assertion.private.key.file",
        "it is not set, nor sasl.oauthbearer.assertion.file: there is nothing to assert with")]
    public void A_token_that_cannot_be_had_names_the_setting(string? url, string? retriever, string key, string message)
    {
        Assert.Null(Token(url, retriever));

        Assert.Equal(new LoginProblem(key, message), Assert.Single(_problems));
    }

    [Fact]
    public void Without_id_or_secret_the_missing_one_is_named()
    {
        Assert.Null(Read(Set("OAUTHBEARER") with
        {
            LoginCallbackHandlerClass = Secured,
            Token = new TokenSettings { EndpointUrl = "https://idp" }
        }, OAuth + "clientId=x;"));

        Assert.Equal("sasl.oauthbearer.client.credentials.client.secret", Assert.Single(_problems).Key);
    }

    [Fact]
    public void What_the_JVM_was_not_allowed_to_ask_is_not_asked()
    {
        const string Allowed = "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=https://other,https://idp/token";
        var settings = Set("OAUTHBEARER") with { LoginCallbackHandlerClass = Secured };

        Assert.NotNull(Read(settings with { Token = new TokenSettings { EndpointUrl = "https://idp/token" } },
            OAuth + "clientId=x clientSecret=y;", Allowed));
        Assert.Null(Read(settings with { Token = new TokenSettings { EndpointUrl = "https://idp/elsewhere?secret=canary" } },
            OAuth + "clientId=x clientSecret=y;", Allowed));
        Assert.Equal("https://idp/elsewhere is not among those that -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls allows",
            Assert.Single(_problems).Message);
    }

    [Theory]
    [InlineData("io.strimzi.kafka.oauth.client.JaasClientOauthLoginCallbackHandler",
        "oauth.token.endpoint.uri as sasl.oauthbearer.token.endpoint.url")]
    [InlineData("com.microsoft.azure.eventhubs.CustomAuthenticateCallbackHandler", "/oauth2/v2.0/token")]
    [InlineData("com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler", "a token file that is kept fresh")]
    [InlineData("org.example.Handler", "known by name are those of Kafka and of Amazon MSK")]
    public void A_handler_that_cannot_be_loaded_says_what_to_set_in_its_place(string handler, string says)
    {
        Assert.Null(Read(Set("OAUTHBEARER") with { LoginCallbackHandlerClass = handler }, OAuth + ";"));

        var problem = Assert.Single(_problems, problem => problem.Key == "sasl.login.callback.handler.class");
        Assert.Contains(handler, problem.Message, StringComparison.Ordinal);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Amazon_MSK_is_read_both_ways()
    {
        var credentials = new AwsCredentialOptions
        {
            ProfileName = "p",
            RoleArn = "arn:aws:iam::1:role/r",
            StsRegion = "eu-west-1",
            MaxRetries = 7
        };
        const string Options =
            "awsProfileName=p awsRoleArn=\"arn:aws:iam::1:role/r\" awsStsRegion=\"eu-west-1\" awsMaxRetries=\"7\" awsDebugCreds=true;";

        var own = Read(
            Set("AWS_MSK_IAM") with { ClientCallbackHandlerClass = "software.amazon.msk.auth.iam.IAMClientCallbackHandler" },
            "software.amazon.msk.auth.iam.IAMLoginModule required " + Options);
        var oauth = Read(Set("OAUTHBEARER") with
        {
            LoginCallbackHandlerClass = "software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler"
        }, OAuth + Options);

        Assert.Equal(new MskIamOptions { Credentials = credentials }, own);
        Assert.Equal(new MskIamTokenOptions { Credentials = credentials }, ((OAuthBearerOptions)oauth!).Token);
        Assert.Empty(_problems);
    }

    private static LoginSettings Set(string mechanism) => new() { Mechanism = mechanism, IsMechanismSet = true };

    private TokenOptions? Token(string? url, string? retriever, AssertionOptions? assertion = null, string? id = null)
    {
        var token = new TokenSettings
        {
            EndpointUrl = url,
            RetrieverClass = retriever,
            ClientId = id,
            Assertion = assertion ?? new AssertionOptions()
        };
        return ((OAuthBearerOptions?)Read(Set("OAUTHBEARER") with { LoginCallbackHandlerClass = Secured, Token = token },
            OAuth + "clientId=x clientSecret=y;"))?.Token;
    }

    private SaslOptions? Read(LoginSettings settings, string jaas, string javaOptions = "") =>
        LoginReader.Read(settings, JaasConfig.Parse(jaas), JavaEnvironment.Read(name => name == "KAFKA_OPTS" ? javaOptions : null),
            _problems, _warnings);
}
