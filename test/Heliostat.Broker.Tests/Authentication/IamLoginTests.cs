using System.Buffers.Text;
using System.Text;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Authentication;

/// <summary>
/// Logins as Amazon MSK takes them. What is signed here, AWS's own library (botocore 1.43.11) has signed, for the access key of AWS's
/// documents.
/// </summary>
public sealed class IamLoginTests : IAsyncLifetime
{
    private const string Host = "b-1.demo.abc123.c2.kafka.eu-central-1.amazonaws.com";
    private const string Signature = "6c1cdc6a655c60f8925968959b95b53c4c2f293e76f92a4f37e6720b383740c0";
    private const string SignedWithToken = "e24053b0b66f98858d6b6662569728e47d01383919b1b5ca66b992cb35205eba";
    private const string SignedUrl =
        "https://kafka.eu-central-1.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Feu-central-1%2Fkafka-cluster%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=00629abe90095b91c1a9e460b67a01a8e4e7499b99f571276b99dd9258dd65e5";

    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly Clock _time = new();
    private EmbeddedCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await EmbeddedCluster.StartAsync(
        new EmbeddedClusterOptions
        {
            Time = _time,
            Users = new Dictionary<string, string>
            {
                ["AKIDEXAMPLE"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                ["AKIDOTHER"] = "other"
            },
            Listeners = [new EmbeddedListener("SASL_PLAINTEXT") { SaslMechanisms = ["OAUTHBEARER", "AWS_MSK_IAM"] }],
        },
        Ct);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_is_signed_with_the_key_is_a_login_and_answered_with_a_request_id()
    {
        var answer = await AnswerAsync("AWS_MSK_IAM", Json());

        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        Assert.StartsWith("""{"version":"2020_10_22","request-id":"0""", Encoding.UTF8.GetString(answer.AuthBytes.Span),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_temporary_identity_is_signed_too()
    {
        Assert.Equal(ErrorCode.None,
            (await AnswerAsync("AWS_MSK_IAM", Json("x-amz-signature", SignedWithToken, token: "a/token+with=signs"))).ErrorCode);
        Assert.Equal(ErrorCode.SaslAuthenticationFailed,
            (await AnswerAsync("AWS_MSK_IAM", Json("x-amz-signature", SignedWithToken, token: "another"))).ErrorCode);
    }

    [Theory]
    [InlineData("version", "2019_01_01")]
    [InlineData("host", "b-2.demo.abc123.c2.kafka.eu-central-1.amazonaws.com")]
    [InlineData("action", "kafka-cluster:Write")]
    [InlineData("x-amz-algorithm", "AWS4-HMAC-SHA1")]
    [InlineData("x-amz-credential", "AKIDOTHER/20260102/eu-central-1/kafka-cluster/aws4_request")]
    [InlineData("x-amz-credential", "AKIDNOBODY/20260102/eu-central-1/kafka-cluster/aws4_request")]
    [InlineData("x-amz-credential", "AKIDEXAMPLE/20260102/eu-west-1/kafka-cluster/aws4_request")]
    [InlineData("x-amz-credential", "AKIDEXAMPLE/20260102/eu-central-1/s3/aws4_request")]
    [InlineData("x-amz-credential", "AKIDEXAMPLE")]
    [InlineData("x-amz-date", "20260102T030406Z")]
    [InlineData("x-amz-date", "yesterday")]
    [InlineData("x-amz-expires", "90000")]
    [InlineData("x-amz-expires", "0")]
    [InlineData("x-amz-signedheaders", "host;x")]
    [InlineData("x-amz-signature", "")]
    [InlineData("x-amz-signature", "é")]
    [InlineData("x-amz-more", "more")]
    public async Task Anything_else_than_what_was_signed_is_refused(string field, string value)
    {
        var answer = await AnswerAsync("AWS_MSK_IAM", Json(field, value));

        Assert.Equal((ErrorCode.SaslAuthenticationFailed, "[00000000-0000-0000-0000-000000000000]: Access denied"),
            (answer.ErrorCode, answer.ErrorMessage));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(899, true)]
    [InlineData(900, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public async Task It_counts_while_it_is_of_the_present(int seconds, bool counts)
    {
        _time.Now += TimeSpan.FromSeconds(seconds);

        Assert.Equal(counts ? ErrorCode.None : ErrorCode.SaslAuthenticationFailed, (await AnswerAsync("AWS_MSK_IAM", Json())).ErrorCode);
    }

    [Theory]
    [InlineData(SignedUrl + "&User-Agent=us", true)]
    [InlineData(SignedUrl, true)]
    [InlineData(SignedUrl + "&Action=kafka-cluster%3AConnect", false)]
    [InlineData(SignedUrl + "&Other=1", false)]
    [InlineData("not a URL", false)]
    [InlineData("https://kafka.eu-central-1.amazonaws.com/", false)]
    public async Task A_signed_URL_is_a_token_of_OAUTHBEARER(string url, bool counts)
    {
        var answer = await AnswerAsync("OAUTHBEARER",
            $"n,,\u0001auth=Bearer {Base64Url.EncodeToString(Encoding.UTF8.GetBytes(url))}\u0001\u0001");

        Assert.Equal(counts ? "" : """{"status":"invalid_token"}""", Encoding.UTF8.GetString(answer.AuthBytes.Span));
        Assert.Equal(counts, answer.SessionLifetimeMs is > 890_000 and <= 900_000);
    }

    private static string Json(string? field = null, string? value = null, string? token = null)
    {
        Dictionary<string, string> fields = new()
        {
            ["version"] = "2020_10_22",
            ["host"] = Host,
            ["user-agent"] = "us",
            ["action"] = "kafka-cluster:Connect",
            ["x-amz-algorithm"] = "AWS4-HMAC-SHA256",
            ["x-amz-credential"] = "AKIDEXAMPLE/20260102/eu-central-1/kafka-cluster/aws4_request",
            ["x-amz-date"] = "20260102T030405Z",
            ["x-amz-expires"] = "900",
            ["x-amz-signedheaders"] = "host",
            ["x-amz-signature"] = Signature,
        };
        if (token is not null)
        {
            fields["x-amz-security-token"] = token;
        }

        if (field is not null)
        {
            fields[field] = value!;
        }

        return $"{{{string.Join(',', fields.Select(entry => $"\"{entry.Key}\":\"{entry.Value}\""))}}}";
    }

    private async Task<SaslAuthenticateResponse> AnswerAsync(string mechanism, string token)
    {
        await using var client = await RawClient.ConnectAsync(_cluster.BootstrapServers, Ct);
        Assert.Equal(ErrorCode.None, (await client.CallAsync(new SaslHandshakeRequest { Mechanism = mechanism }, 1, Ct)).ErrorCode);
        return await client.CallAsync(new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes(token) }, 2, Ct);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
