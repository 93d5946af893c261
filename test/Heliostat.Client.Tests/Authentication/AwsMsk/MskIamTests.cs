using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.AwsMsk;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Tests.Authentication.OAuthBearer;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Authentication.AwsMsk;

public sealed class MskIamTests : IDisposable
{
    private const string InstanceRole =
        """{"AccessKeyId":"ASIAINSTANCE","SecretAccessKey":"canary","Token":"canary/token=","Expiration":"2026-01-02T09:04:05Z"}""";

    private static readonly DnsEndPoint Broker = new("b-1.demo.abc.c2.kafka.eu-west-1.amazonaws.com", 9098);

    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryFolder _home = new("aws");
    private readonly Dictionary<string, string> _environment = [];

    public MskIamTests()
    {
        _environment["HOME"] = _home.Path;
        Directory.CreateDirectory(_home.File(".aws"));
    }

    [Fact]
    public async Task The_mechanism_of_its_own_sends_signed_JSON_and_wants_a_request_id()
    {
        Static();
        using var session = await BeginAsync(new MskIamOptions());
        using var json = JsonDocument.Parse(session.First);

        Assert.Equal(
            [
                "version=2020_10_22", $"host={Broker.Host}", "user-agent=heliostat", "action=kafka-cluster:Connect",
                "x-amz-algorithm=AWS4-HMAC-SHA256", "x-amz-credential=AKIASTATIC/20260102/eu-west-1/kafka-cluster/aws4_request",
                "x-amz-date=20260102T030405Z", "x-amz-expires=900", "x-amz-signedheaders=host",
            ],
            json.RootElement.EnumerateObject().Take(9).Select(property => $"{property.Name}={property.Value}"));
        Assert.Equal(64, json.RootElement.GetProperty("x-amz-signature").GetString()!.Length);
        Assert.Null(session.Next(Encoding.UTF8.GetBytes("""{"version":"2020_10_22","request-id":"x"}""")));
        Assert.Throws<SaslException>(() => session.Next(default));
        Assert.Throws<SaslException>(() => session.Next(Encoding.UTF8.GetBytes("{}")));
        Assert.Equal(
            $"AWS access key AKIASTATIC of the environment is refused at {Broker.Host}: Access denied; check kafka-cluster:Connect in its "
                + "policy, and this machine's clock",
            session.Refused("Access denied").Message);
    }

    [Fact]
    public async Task Through_OAUTHBEARER_the_token_is_a_signed_URL_of_the_region()
    {
        Static();
        using var session = await BeginAsync(new OAuthBearerOptions { Token = new MskIamTokenOptions() });
        var token = Encoding.UTF8.GetString(session.First.Span).Split("Bearer ")[1].Split('\x01')[0];
        var url = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));

        Assert.StartsWith(
            "https://kafka.eu-west-1.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIASTATIC%2F20260102%2Feu-west-1%2Fkafka-cluster%2Faws4_request"
            + "&X-Amz-Date=20260102T030405Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=",
            url,
            StringComparison.Ordinal);
        Assert.EndsWith("&User-Agent=heliostat", url, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", session.Refused("no").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b-1.demo.abc.c2.kafka.us-east-1.amazonaws.com", "us-east-1")]
    [InlineData("boot-abc.c1.kafka-serverless.ap-southeast-2.amazonaws.com", "ap-southeast-2")]
    [InlineData("b-1.demo.abc.c2.kafka.cn-north-1.amazonaws.com.cn", "cn-north-1")]
    [InlineData("kafka.example.com", "sa-east-1")]
    public void The_region_is_in_the_brokers_name_or_in_the_settings(string host, string region)
    {
        _environment["AWS_REGION"] = "sa-east-1";

        Assert.Equal(region, new MskRegion(Variable, null).Of(host));
    }

    [Fact]
    public void Without_a_region_one_is_asked_for() => Assert.Equal(
        "the AWS region of kafka.example.com cannot be told from its name: set AWS_REGION",
        Assert.Throws<SaslException>(() => new MskRegion(Variable, null).Of("kafka.example.com")).Message);

    [Fact]
    public async Task A_profile_is_read_from_both_files()
    {
        File.WriteAllText(_home.File(".aws/config"),
            "[default]\nregion = eu-north-1\n[profile ops]\naws_access_key_id = AKIAOLD\nregion=eu-west-3\n");
        File.WriteAllText(_home.File(".aws/credentials"),
            "# keys\n[other]\naws_access_key_id=AKIAOTHER\n[ops]\n aws_access_key_id = AKIAOPS\n aws_secret_access_key = "
                + "canary=with=signs\n");

        Assert.Contains("AKIAOPS/", await CredentialAsync(new AwsCredentialOptions { ProfileName = "ops" }), StringComparison.Ordinal);
        Assert.Equal("eu-west-3", new MskRegion(Variable, "ops").Of("kafka.example.com"));
        Assert.Equal("eu-north-1", new MskRegion(Variable, null).Of("kafka.example.com"));
    }

    [Fact]
    public async Task The_machines_role_is_asked_for_with_a_session()
    {
        using var http = new FakeEndpoint((_, asked) => asked.Url.AbsolutePath switch
        {
            "/latest/api/token" => FakeEndpoint.Answer("session"),
            "/latest/meta-data/iam/security-credentials/" => FakeEndpoint.Answer("mirror\n"),
            _ => FakeEndpoint.Answer(InstanceRole),
        });

        Assert.Contains("ASIAINSTANCE/", await CredentialAsync(new AwsCredentialOptions(), http), StringComparison.Ordinal);

        Assert.Equal(
            ["PUT http://169.254.169.254/latest/api/token", "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
                "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/mirror"],
            http.Requests.Select(asked => $"{asked.Method} {asked.Url}"));
        Assert.Equal("session", http.Requests[2].Headers["X-aws-ec2-metadata-token"]);
    }

    [Fact]
    public async Task A_container_says_where_its_credentials_are()
    {
        File.WriteAllText(_home.File("token"), "authorization\n");
        _environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
        _environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = _home.File("token");
        using var http = FakeEndpoint.Giving(InstanceRole);

        Assert.Contains("ASIAINSTANCE/", await CredentialAsync(new AwsCredentialOptions(), http), StringComparison.Ordinal);

        Assert.Equal("authorization", Assert.Single(http.Requests).Headers["Authorization"]);
    }

    [Fact]
    public async Task A_containers_token_goes_to_no_stranger()
    {
        _environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://evil.test/";
        using var http = FakeEndpoint.Giving(InstanceRole);

        await Assert.ThrowsAsync<SaslException>(() => CredentialAsync(new AwsCredentialOptions(), http));

        Assert.Empty(http.Requests);
    }

    [Fact]
    public async Task A_web_identity_is_exchanged_for_a_role()
    {
        File.WriteAllText(_home.File("jwt"), "canary.jwt\n");
        _environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = _home.File("jwt");
        _environment["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r";
        using var http = FakeEndpoint.Giving(Assumed("ASIAWEB"));

        Assert.Contains("ASIAWEB/", await CredentialAsync(new AwsCredentialOptions { StsRegion = "eu-west-1" }, http),
            StringComparison.Ordinal);

        Assert.Equal(
            "https://sts.eu-west-1.amazonaws.com/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=heliostat&WebIdentityToken=canary.jwt",
            Assert.Single(http.Requests).Url.AbsoluteUri);
    }

    [Fact]
    public async Task A_role_is_taken_on_with_the_identity_at_hand()
    {
        Static();
        using var http = FakeEndpoint.Giving(Assumed("ASIAROLE"));

        Assert.Contains(
            "ASIAROLE/", await CredentialAsync(new AwsCredentialOptions { RoleArn = "arn:r", RoleSessionName = "s", RoleExternalId = "e" },
                http), StringComparison.Ordinal);

        var asked = Assert.Single(http.Requests).Url;
        Assert.Equal("sts.amazonaws.com", asked.Host);
        Assert.StartsWith("?Action=AssumeRole&ExternalId=e&RoleArn=arn%3Ar&RoleSessionName=s&Version=2011-06-15&X-Amz-Algorithm=",
            asked.Query, StringComparison.Ordinal);
        Assert.Contains("X-Amz-Credential=AKIASTATIC%2F20260102%2Fus-east-1%2Fsts%2Faws4_request", asked.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_on_loan_are_kept_and_renewed_before_their_end()
    {
        Static();
        using var http = FakeEndpoint.Giving(Assumed("ASIAROLE"));
        var mechanism = SaslMechanisms.Create(new MskIamOptions { Credentials = new AwsCredentialOptions { RoleArn = "arn:r" } },
            With(http));

        await BeginAsync(mechanism);
        await BeginAsync(mechanism);
        Assert.Single(http.Requests);
        _time.Advance(TimeSpan.FromMinutes(52));
        await BeginAsync(mechanism);
        Assert.Equal(2, http.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, 1, SaslFailure.Refused)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 4, SaslFailure.Unavailable)]
    public async Task A_refusal_is_told_at_once_and_trouble_after_some_attempts(HttpStatusCode status, int attempts, SaslFailure failure)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Static();
        using var http = FakeEndpoint.Giving("<Error>canary</Error>", status);
        var asking = CredentialAsync(new AwsCredentialOptions { RoleArn = "arn:r" }, http);
        while (!asking.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        var failed = await Assert.ThrowsAsync<SaslException>(() => asking);

        Assert.Equal((attempts, failure), (http.Requests.Count, failed.Failure));
        Assert.DoesNotContain("canary", failed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz", failed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[default]\ncredential_process = /bin/canary",
        "the AWS profile 'default' gets its keys by credential_process, which is not done here: keys, role_arn and web_identity_token_file "
            + "are")]
    [InlineData("[default]\nrole_arn = arn:r\nsource_profile = default",
        "the AWS profile 'default' has a role and no source_profile with keys to take it on")]
    public async Task A_profile_that_cannot_be_used_says_why(string config, string message)
    {
        File.WriteAllText(_home.File(".aws/config"), config);

        Assert.Equal(message, (await Assert.ThrowsAsync<SaslException>(() => CredentialAsync(new AwsCredentialOptions()))).Message);
    }

    [Fact]
    public async Task Nothing_anywhere_says_where_was_looked()
    {
        _environment["AWS_EC2_METADATA_DISABLED"] = "true";

        Assert.Equal(
            "there are no AWS credentials in the environment, in a profile, from a web identity or a container; the machine's own are "
                + "disabled (AWS_EC2_METADATA_DISABLED)",
            (await Assert.ThrowsAsync<SaslException>(() => CredentialAsync(new AwsCredentialOptions()))).Message);
    }

    public void Dispose() => _home.Dispose();

    private void Static() => (_environment["AWS_ACCESS_KEY_ID"], _environment["AWS_SECRET_ACCESS_KEY"]) = ("AKIASTATIC", "canary");

    private string? Variable(string name) => _environment.GetValueOrDefault(name);

    private SaslSurroundings With(HttpMessageHandler? http) => Surroundings.With(_time, http) with { Variable = Variable };

    private Task<ISaslSession> BeginAsync(SaslOptions options) => BeginAsync(SaslMechanisms.Create(options, With(null)));

    private static async Task<ISaslSession> BeginAsync(ISaslMechanism mechanism) =>
        await mechanism.BeginAsync(Broker, CancellationToken.None);

    private async Task<string> CredentialAsync(AwsCredentialOptions options, HttpMessageHandler? http = null)
    {
        using var session = await BeginAsync(SaslMechanisms.Create(new MskIamOptions { Credentials = options }, With(http)));
        using var json = JsonDocument.Parse(session.First);
        return json.RootElement.GetProperty("x-amz-credential").GetString()!;
    }

    private static string Assumed(string key) =>
        $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>canary</SecretAccessKey><SessionToken>canary</SessionToken><Expiration>2026-01-02T04:04:05Z</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>
        """;
}
