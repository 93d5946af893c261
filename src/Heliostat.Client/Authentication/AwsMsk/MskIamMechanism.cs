using System.Buffers.Text;
using System.Net;
using System.Text;
using Heliostat.Client.Authentication.Logins;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>
/// Amazon MSK with IAM, by its own mechanism or through OAUTHBEARER. Either way a URL that nobody fetches is signed, anew for each login:
/// signing costs nothing, and only the credentials have to be kept.
/// </summary>
internal sealed class MskIamMechanism(ICredentialSource<AwsCredentials> credentials, MskRegion region, TimeProvider time,
    SaslExtensions? oauthBearer) : ISaslMechanism, ILogin
{
    private const string Action = "kafka-cluster:Connect";
    private const string UserAgent = "heliostat";

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(900);

    public string Name => oauthBearer is null ? "AWS_MSK_IAM" : "OAUTHBEARER";

    public string Identity => credentials.Identity;

    public async ValueTask<ISaslSession> BeginAsync(DnsEndPoint broker, CancellationToken ct)
    {
        var identity = await credentials.GetAsync(ct);
        var now = time.GetUtcNow();
        return oauthBearer is null
            ? new MskIamSession(Payload(broker.Host, identity, now), identity, broker.Host)
            : new OAuthBearerSession(Token(region.Of(broker.Host), identity, now), oauthBearer);
    }

    public Task RunAsync(CancellationToken ct) => credentials is ILogin login ? login.RunAsync(ct) : Task.CompletedTask;

    private static BearerToken Token(string region, AwsCredentials identity, DateTimeOffset now)
    {
        var host = $"kafka.{region}.amazonaws.com";
        var query = SigV4.Query(Signed(host, region, identity, now));
        var url = $"https://{host}/?{query}&User-Agent={UserAgent}";
        return new BearerToken(new Secret(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(url))),
            $"AWS access key {identity.AccessKeyId} of {identity.Origin}", now, now + Life);
    }

    private byte[] Payload(string host, AwsCredentials identity, DateTimeOffset now) =>
        MskIamSession.Encode(host, UserAgent, Signed(host, region.Of(host), identity, now));

    private static IReadOnlyList<KeyValuePair<string, string>> Signed(string host, string region, AwsCredentials identity,
        DateTimeOffset now) =>
            new SigV4("kafka-cluster", region).Presign(host, "/", [new("Action", Action)], identity, now, Life);
}
