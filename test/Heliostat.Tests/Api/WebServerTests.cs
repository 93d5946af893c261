using System.Net;
using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Api;

public sealed class WebServerTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData("", "text/plain; version=0.0.4; charset=utf-8", "")]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;q=0.5", "application/openmetrics-text; version=1.0.0; charset=utf-8",
        "# EOF\n")]
    public async Task Metrics_are_served_in_the_format_that_is_asked_for(string accept, string contentType, string end)
    {
        await using var server = await WebServer.StartAsync([AnyPort], _ => Snapshots.Everything, CancellationToken.None);

        using var answer = await GetAsync(server, "/metrics", accept);

        Assert.Equal(contentType, answer.Content.Headers.GetValues("Content-Type").Single());
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("heliostat_lag_records{flow=\"A->B\",topic=\"orders\"} 12\n", page, StringComparison.Ordinal);
        Assert.EndsWith(end, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/metrics/lanes?flow=A-%3EB&state=failed", 200, "topic=\"orders\",partition=\"1\",state=\"failed\"} 1")]
    [InlineData("/metrics/lanes?top=many", 400, "top")]
    [InlineData("/livez", 200, "alive")]
    [InlineData("/readyz", 503, "starting: B->A")]
    [InlineData("/health", 503, "\"status\":\"starting\"")]
    [InlineData("/nowhere", 404, "")]
    public async Task Each_path_has_its_answer(string path, int status, string says)
    {
        await using var server = await WebServer.StartAsync([AnyPort], _ => Snapshots.Everything, CancellationToken.None);

        using var answer = await GetAsync(server, path);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/readyz", "ready\n")]
    [InlineData("/health", """{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}""")]
    public async Task Ready_once_every_flow_ran_or_was_refused(string path, string says)
    {
        var engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Waiting) with { HasRun = true },
            Snapshots.Flow("B->A", FlowStatus.Refused));
        await using var server = await WebServer.StartAsync([AnyPort], _ => engine, CancellationToken.None);

        using var answer = await GetAsync(server, path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(says, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Another_name_that_leads_to_this_machine_gets_nothing()
    {
        await using var server = await WebServer.StartAsync([AnyPort], _ => Snapshots.Everything, CancellationToken.None);

        using var answer = await GetAsync(server, "/metrics", host: "evil.example");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_its_name()
    {
        await using var first = await WebServer.StartAsync([AnyPort], _ => Snapshots.Everything, CancellationToken.None);
        var taken = new IPEndPoint(IPAddress.Loopback, new Uri(first.Addresses[0]).Port);

        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => WebServer.StartAsync([taken], _ => Snapshots.Everything,
            CancellationToken.None));

        Assert.StartsWith($"heliostat.metrics.listeners: cannot listen on http://{taken}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_the_certificate_is_the_one_that_the_file_has_now()
    {
        using var folder = new TemporaryFolder("tls");
        using var authority = TestAuthority.Root();
        var file = folder.File("api.pem");
        var time = new ManualTimeProvider();
        using var first = authority.Issue("CN=first");
        await File.WriteAllTextAsync(file, TestAuthority.KeyPem(first));
        using var certificate = new ServedCertificate(file, key: null, time);
        await using var server = await WebServer.StartAsync(
            new Listening([AnyPort], "heliostat.api.listeners", certificate), static _ => { }, _ => Snapshots.Everything, new HostNames([]),
            CancellationToken.None);

        Assert.Equal("CN=first", await SubjectAsync());
        using var second = authority.Issue("CN=second");
        await File.WriteAllTextAsync(file, TestAuthority.KeyPem(second));
        File.SetLastWriteTimeUtc(file, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=second", await SubjectAsync());
        await File.WriteAllTextAsync(file, "half");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("CN=second", await SubjectAsync());

        async Task<string?> SubjectAsync()
        {
            string? subject = null;
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, shown, _, _) => (subject = shown!.Subject) is not null
            };
            using var client = new HttpClient(handler);
            Assert.StartsWith("https://", server.Addresses[0], StringComparison.Ordinal);
            Assert.Equal("alive\n", await client.GetStringAsync(server.Addresses[0] + "/livez"));
            return subject;
        }
    }

    [Fact]
    public async Task Over_TLS_those_above_the_certificate_are_sent_too()
    {
        using var folder = new TemporaryFolder("tls");
        using var root = TestAuthority.Root();
        using var intermediate = root.Intermediate();
        using var leaf = intermediate.Issue("CN=mirror");
        var file = folder.File("api.pem");
        await File.WriteAllTextAsync(file, TestAuthority.KeyPem(leaf, intermediate.Certificate));
        using var certificate = new ServedCertificate(file, key: null, new ManualTimeProvider());
        await using var server = await WebServer.StartAsync(
            new Listening([AnyPort], "heliostat.api.listeners", certificate), static _ => { }, _ => Snapshots.Everything, new HostNames([]),
            CancellationToken.None);

        string[] sent = [];
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, _, chain, _) =>
                (sent = [.. chain!.ChainPolicy.ExtraStore.Select(one => one.Subject)]).Length >= 0,
        };
        using var client = new HttpClient(handler);
        await client.GetStringAsync(server.Addresses[0] + "/livez");

        Assert.Contains(intermediate.Certificate.Subject, sent);
    }

    private static async Task<HttpResponseMessage> GetAsync(WebServer server, string path, string accept = "", string? host = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Addresses[0] + path);
        request.Headers.Host = host;
        if (accept.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await client.SendAsync(request);
    }
}
