using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Heliostat.Api;
using Heliostat.Configuration;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Troubles;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Testing;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Api;

public sealed class ApiServerTests : IAsyncLifetime, IDisposable
{
    private static readonly EngineSnapshot Engine = Snapshots.Of(
        Snapshots.Flow(
            "A->B", FlowStatus.Running, Snapshots.Lane("orders", 0, position: 90, end: 100, records: 50),
            Snapshots.Lane("orders", 1, LaneState.Failed, position: 5, end: 7),
            Snapshots.Lane("pays", 0, LaneState.Waiting)),
        Snapshots.Flow("a/ü %->C", FlowStatus.Waiting));

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new("api");
    private readonly FakeMirror _mirror = new(Engine);
    private readonly ManualTimeProvider _time = new();
    private readonly TerminalLogger _log;
    private readonly HttpClient _http = new();
    private ApiServer _server = null!;

    public ApiServerTests() => _log = new TerminalLogger(Terminal.Silent, _time, Verbosity.Normal);

    public async Task InitializeAsync() => _server = await StartAsync(null);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _log.Dispose();
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/api/v1/status", 200, "\"health\":\"degraded\"")]
    [InlineData("/api/v1/flows", 200, "\"flow\":\"A->B\"")]
    [InlineData("/api/v1/flows/A..B", 200, "\"lag_at_least\":12")]
    [InlineData("/api/v1/flows/A-%3EB/", 200, "\"lag_at_least\":12")]
    [InlineData("/api/v1/flows/A%2D%3EB", 200, "\"lag_at_least\":12")]
    [InlineData("/api/v1/flows/a%2F%C3%BC%20%25-%3EC", 200, "\"state\":\"waiting\"")]
    [InlineData("/api/v1/flows/a/%C3%BC%20%25-%3EC", 404, "HTTP 404 Not Found")]
    [InlineData("/api/v1/flows/nope", 404, "there is no flow nope")]
    [InlineData("/api/v1/flows/A..B/topics?q=ord", 200, "\"total\":1")]
    [InlineData("/api/v1/flows/A..B/topics?state=failed", 200, "\"topic\":\"orders\"")]
    [InlineData("/api/v1/flows/A..B/topics?limit=1", 200, "\"next\":\"orders\"")]
    [InlineData("/api/v1/flows/A..B/topics?limit=1&after=orders", 200, "\"topic\":\"pays\"")]
    [InlineData("/api/v1/flows/A..B/topics?limit=many", 400, "limit: 'many' is not a whole number")]
    [InlineData("/api/v1/flows/A..B/topics/orders", 200, "\"lag_records\":12")]
    [InlineData("/api/v1/flows/A..B/topics/nope", 404, "A->B has no topic nope")]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes", 200, "\"total\":2")]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/1", 200, "\"state\":\"failed\"")]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/2", 404, "there is no lane of A->B/orders/2")]
    [InlineData("/api/v1/lanes?state=failed,paused", 200, "\"total\":1")]
    [InlineData("/api/v1/flows/A..B/positions", 200, """{"topic":"orders","partition":1,"offset":5},""")]
    [InlineData("/api/v1/flows/A..B/positions?topic=pays", 200, "\"total\":1")]
    [InlineData("/api/v1/flows/nope/positions", 404, "there is no flow nope")]
    [InlineData("/api/v1/flows/A..B/groups", 404, "keeps its positions in a group of the source")]
    [InlineData("/api/v1/flows/A..B/workers", 200, """{"worker":"a/1","slots":[0,2],"has_control":true,"drained":false}""")]
    [InlineData("/api/v1/flows/a%2F%C3%BC%20%25-%3EC/workers", 404, "that group's matter")]
    [InlineData("/api/v1/flows/A..B/history", 200, "\"records_per_second\":[0]")]
    [InlineData("/api/v1/flows/A..B/history?since=99999999999999", 200, "\"at_ms\":[]")]
    [InlineData("/api/v1/flows/nope/history", 404, "there is no flow nope")]
    [InlineData("/api/v1/events", 200, "\"items\":[]")]
    [InlineData("/api/v1/events?level=loud", 400, "level: 'loud'")]
    [InlineData("/admin/loggers", 200, "\"root\":{\"level\":\"INFO\",\"last_modified\":null}")]
    [InlineData("/admin/loggers/no.such.logger", 404, """{"error_code":404,"message":"Logger no.such.logger not found."}""")]
    [InlineData("/nowhere", 404, """{"error_code":404,"message":"HTTP 404 Not Found"}""")]
    [InlineData("/api/nowhere", 404, "\"title\":\"HTTP 404 Not Found\"")]
    [InlineData("/metrics", 200, "heliostat_lanes")]
    [InlineData("/livez", 200, "alive")]
    [InlineData("/", 200, "<h1>")]
    [InlineData("/flows/A..B", 200, "<h1>A-&gt;B</h1>")]
    [InlineData("/flows/A..B/topics/orders", 200, "<h1>orders</h1>")]
    [InlineData("/events", 200, "Events")]
    [InlineData("/do/pause?what=A-%3EB/orders/1", 200, "1 lane will take in nothing more")]
    [InlineData("/do/explode?what=A-%3EB", 404, "HTTP 404 Not Found")]
    [InlineData("/page.css", 200, "prefers-color-scheme")]
    [InlineData("/page.js", 200, "EventSource")]
    [InlineData("/charts.js", 200, "MIT License")]
    [InlineData("/charts.css", 200, ".uplot")]
    [InlineData("/flows/A..B", 200, "data-flows=\"A-&gt;B\"")]
    [InlineData("/flows/A..B/topics/orders", 200, "data-topic=\"orders\"")]
    public async Task Each_path_has_its_answer(string path, int status, string says)
    {
        using var answer = await AskAsync(HttpMethod.Get, path);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_verb_is_refused_and_OPTIONS_says_which_there_are()
    {
        using var refused = await AskAsync(HttpMethod.Delete, "/api/v1/status");
        using var options = await AskAsync(HttpMethod.Options, "/api/v1/flows/A..B/pause");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        Assert.Equal((HttpStatusCode.OK, "POST, OPTIONS"), (options.StatusCode, string.Join(", ", options.Content.Headers.Allow)));
    }

    [Theory]
    [InlineData("/api/v1/flows/A..B/pause", "pause A->B", 3)]
    [InlineData("/api/v1/flows/A..B/topics/orders/pause", "pause A->B/orders", 2)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/1/resume", "resume A->B/orders/1", 1)]
    [InlineData("/api/v1/flows/A..B/restart", "retry A->B", 1)]
    public async Task What_is_done_is_answered_and_told_with_who_and_why(string path, string told, int lanes)
    {
        using var answer = await AskAsync(HttpMethod.Post, path, """{"reason":"racks"}""");

        var done = await JsonAsync(answer);
        Assert.Equal((lanes, "racks"), (done.GetProperty("lanes").GetInt32(), done.GetProperty("reason").GetString()));
        Assert.Equal([told], _mirror.Told);
        var happened = Assert.Single(_log.Book.After(0)).Event;
        Assert.Equal(("operator_action", "A->B"), (happened.Name, happened.Subject));
        Assert.StartsWith("local (127.0.0.1): ", happened.Text, StringComparison.Ordinal);
        Assert.EndsWith(": racks", happened.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/flows/A..B/workers/b%2F2/drain", "drain A->B b/2", 200)]
    [InlineData("/api/v1/flows/A..B/workers/c%2F3/undrain", "undrain A->B c/3", 200)]
    [InlineData("/api/v1/flows/A..B/rebalance", "rebalance A->B", 200)]
    [InlineData("/api/v1/flows/A..B/workers/b%2F2/drain?dry_run=true", null, 200)]
    [InlineData("/api/v1/flows/A..B/workers/nobody/drain", null, 404)]
    [InlineData("/api/v1/flows/A..B/workers/a%2F1/drain", null, 409)]
    [InlineData("/api/v1/flows/A..B/workers/b%2F2/move", "move A->B b/2 0 2", 200)]
    [InlineData("/api/v1/flows/A..B/workers/b%2F2/move?dry_run=true", null, 200)]
    [InlineData("/api/v1/flows/A..B/workers/nobody/move", null, 404)]
    [InlineData("/api/v1/flows/A..B/workers/b%2F2/move", null, 409, """{"slots":[3]}""")]
    [InlineData("/api/v1/flows/A..B/workers/b%2F2/move", null, 400, """{"slots":"all"}""")]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/1/move", "move A->B c/3 1", 200)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/1/move", null, 400, """{"slots":[1]}""")]
    public async Task Who_has_what_is_said_and_told(string path, string? told, int status, string? body = null)
    {
        body ??= !path.Contains("/move", StringComparison.Ordinal) ? """{"reason":"racks"}"""
            : path.Contains("/lanes/", StringComparison.Ordinal) ? """{"reason":"racks","worker":"c/3"}"""
            : """{"reason":"racks","slots":[0,2]}""";
        using var answer = await AskAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(told is null ? [] : [told], _mirror.Told);
        Assert.Equal(told is null ? 0 : 1, _log.Book.After(0).Count(one => one.Event.Name == "operator_action"));
    }

    [Theory]
    [InlineData("/api/v1/flows/A..B/pause?dry_run=true", null, 200)]
    [InlineData("/api/v1/flows/nope/pause", null, 404)]
    [InlineData("/api/v1/flows/A..B/pause", "[1]", 400)]
    [InlineData("/api/v1/flows/A..B/pause", "{", 400)]
    [InlineData("/api/v1/flows/A..B/pause", """{"reason":7}""", 400)]
    [InlineData("/api/v1/flows/A..B/pause", """{"for":"soon"}""", 400)]
    [InlineData("/api/v1/flows/A..B/pause", """{"dry_run":true}""", 400)]
    [InlineData("/api/v1/flows/A..B/pause?dryrun=true", null, 400)]
    [InlineData("/api/v1/flows/A..B/resume?reason=over", null, 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/position", null, 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/position", """{"offset":-1}""", 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/position", """{"offset":"soon"}""", 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/9/position", """{"offset":1}""", 404)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/position", """{"offset":1}""", 409)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/skip", null, 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/skip", """{"count":0}""", 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/skip", """{"to":1,"count":1}""", 400)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/0/skip", """{"to":"soon"}""", 400)]
    [InlineData("/api/v1/flows/A..B/topics/pays/lanes/0/skip", """{"to":1}""", 409)]
    [InlineData("/api/v1/flows/A..B/topics/orders/lanes/9/skip", """{"to":1}""", 503)]
    [InlineData("/api/v1/flows/nope/topics/orders/lanes/0/skip", """{"to":1}""", 404)]
    [InlineData("/api/v1/flows/A..B/topics/nope/pause", null, 404)]
    [InlineData("/api/v1/flows/a%2F%C3%BC%20%25-%3EC/topics/orders/pause", null, 503)]
    [InlineData("/api/v1/flows/a%2F%C3%BC%20%25-%3EC/topics/orders/lanes/0/pause", null, 503)]
    public async Task What_is_not_meant_is_not_done(string path, string? body, int status)
    {
        using var answer = await AskAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 503 ? TimeSpan.FromSeconds(1) : null, answer.Headers.RetryAfter?.Delta);
        Assert.Empty(_mirror.Told);
        Assert.Empty(_log.Book.After(0));
    }

    [Theory]
    [InlineData("70", 70, 20, 0)]
    [InlineData("\"95\"", 95, 0, 5)]
    [InlineData("\"latest\"", -1, 91, 0)]
    public async Task A_paused_lane_goes_on_elsewhere_and_that_is_told(string where, long to, long repeated, long skipped)
    {
        const string Lane = "/api/v1/flows/A..B/topics/orders/lanes/0/";
        (await AskAsync(HttpMethod.Post, Lane + "pause")).Dispose();
        using var dry = await AskAsync(HttpMethod.Post, Lane + "position?dry_run=true", $$"""{"offset":{{where}}}""");
        Assert.True((await JsonAsync(dry)).GetProperty("dry_run").GetBoolean());
        Assert.Single(_mirror.Told);

        using var answer = await AskAsync(HttpMethod.Post, Lane + "position", $$"""{"offset":{{where}},"reason":"bad batch"}""");

        var done = await JsonAsync(answer);
        Assert.Equal((90, to, repeated, skipped, true),
            (Long("from"), Long("to"), Long("repeated"), Long("skipped"), done.GetProperty("settled").GetBoolean()));
        Assert.Equal($"move A->B orders-0@{to}", _mirror.Told[^1]);
        Assert.EndsWith($"position A->B/orders/0 from 90 to {to}: bad batch", _log.Book.After(0)[^1].Event.Text, StringComparison.Ordinal);

        long Long(string name) => done.GetProperty(name).GetInt64();
    }

    [Theory]
    [InlineData("\"count\":5", "skip A->B orders-0 +5")]
    [InlineData("\"to\":\"95\"", "skip A->B orders-0 95+")]
    public async Task A_lane_passes_records_over_and_that_is_told(string amount, string told)
    {
        const string Skip = "/api/v1/flows/A..B/topics/orders/lanes/0/skip";
        using var dry = await AskAsync(HttpMethod.Post, Skip + "?dry_run=true", $"{{{amount}}}");
        Assert.True((await JsonAsync(dry)).GetProperty("dry_run").GetBoolean());
        Assert.Empty(_mirror.Told);

        using var answer = await AskAsync(HttpMethod.Post, Skip, $$"""{{{amount}},"reason":"poison"}""");

        var done = await JsonAsync(answer);
        Assert.Equal((90, 95, 5), (done.GetProperty("from").GetInt64(), done.GetProperty("to").GetInt64(),
            done.GetProperty("skipped").GetInt64()));
        Assert.Equal([told], _mirror.Told);
        Assert.EndsWith("skip A->B/orders/0 from 90 to 95: poison", Assert.Single(_log.Book.After(0)).Event.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_is_no_line_of_the_log()
    {
        using var answer = await AskAsync(HttpMethod.Post, "/api/v1/flows/A..B/pause",
            """{"reason":"racks\n2026-01-01 00:00:00.000+00:00 INFO  A->B: all is well\u001b[2J"}""");

        Assert.DoesNotContain(Assert.Single(_log.Book.After(0)).Event.Text, char.IsControl);
    }

    [Fact]
    public async Task A_pause_for_a_time_ends_by_itself()
    {
        using var answer = await AskAsync(HttpMethod.Post, "/api/v1/flows/A..B/pause", """{"for":"10m"}""");
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(["pause A->B"], _mirror.Told);

        _time.Advance(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync("the pause to end", Within, () => _mirror.Told.Count == 2, CancellationToken.None);
        Assert.Equal("resume A->B", _mirror.Told[1]);
    }

    [Theory]
    [InlineData("", 200, """{"same":1,"changed":[{"flow":"A->B","keys":["topics"],"taken":true}],"needs_restart":[],"dry_run":false}""")]
    [InlineData("?dry_run=true", 200,
        """{"same":1,"changed":[{"flow":"A->B","keys":["topics"],"taken":false}],"needs_restart":[],"dry_run":true}""")]
    [InlineData("?dry_run=true", 400, "nothing was changed: mm2.properties:3: topics: is no pattern")]
    [InlineData("", 404, "runs no file that could be read again")]
    public async Task A_file_is_read_again(string query, int status, string has)
    {
        await _server.DisposeAsync();
        Task<ReloadDocument> Reload(bool dryRun, CancellationToken ct) => status == 200
            ? Task.FromResult(new ReloadDocument(1, [new FlowChange("A->B", ["topics"], !dryRun)], []) { DryRun = dryRun })
            : throw new ConfigurationException([new ConfigurationProblem
            {
                File = "mm2.properties",
                Line = 3,
                Key = "topics",
                Message = "is no pattern"
            }]);
        _server = await StartAsync(null, status == 404 ? null : Reload);

        using var answer = await _http.PostAsync(new Uri($"{_server.Addresses[0]}/api/v1/reload{query}"), null);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(has, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(query.Length == 0 && status == 200,
            _log.Book.After(0).Any(one => one.Event.Text.Contains("reload the file", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("evil.example", null, null, 421)]
    [InlineData("mirror.kafka.svc", null, null, 200)]
    [InlineData("kafka.svc", null, null, 421)]
    [InlineData(null, "http://evil.example", null, 403)]
    [InlineData(null, null, "cross-site", 403)]
    [InlineData(null, null, "same-site", 403)]
    [InlineData(null, null, "same-origin", 200)]
    public async Task Pages_of_other_sites_get_nothing_done(string? host, string? origin, string? site, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Addresses[0] + "/api/v1/flows/A..B/pause");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        using var answer = await _http.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, _mirror.Told.Count);
    }

    [Fact]
    public async Task A_form_of_our_page_is_taken_and_one_without_script_leads_back()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var browser = new HttpClient(handler);
        using var form = new FormUrlEncodedContent([new("what", "A->B/orders"), new("reason", "racks"), new("for", "")]);

        using var answer = await browser.PostAsync(_server.Addresses[0] + "/do/pause", form);

        Assert.Equal((HttpStatusCode.SeeOther, "/flows/A..B/topics/orders"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal(["pause A->B/orders"], _mirror.Told);
    }

    [Theory]
    [InlineData("view", "GET", "/api/v1/status", 200)]
    [InlineData("view", "GET", "/metrics", 200)]
    [InlineData("view", "POST", "/api/v1/flows/A..B/pause", 403)]
    [InlineData("view", "PUT", "/admin/loggers/root", 403)]
    [InlineData("operate", "POST", "/api/v1/flows/A..B/pause", 200)]
    [InlineData("admin", "POST", "/api/v1/flows/A..B/pause", 200)]
    [InlineData("operate", "POST", "/api/v1/flows/A..B/topics/orders/lanes/0/position", 403)]
    [InlineData("admin", "POST", "/api/v1/flows/A..B/topics/orders/lanes/0/position", 400)]
    [InlineData("operate", "POST", "/api/v1/flows/A..B/topics/orders/lanes/0/skip", 403)]
    [InlineData("admin", "POST", "/api/v1/flows/A..B/topics/orders/lanes/0/skip", 400)]
    [InlineData("view", "POST", "/api/v1/flows/A..B/topics/orders/lanes/0/move", 403)]
    [InlineData("operate", "POST", "/api/v1/flows/A..B/topics/orders/lanes/0/move", 400)]
    [InlineData("wrong", "GET", "/api/v1/status", 401)]
    [InlineData("", "GET", "/api/v1/status", 401)]
    [InlineData("", "GET", "/metrics", 401)]
    [InlineData("", "GET", "/", 401)]
    [InlineData("", "GET", "/livez", 200)]
    [InlineData("", "GET", "/health", 503)]
    public async Task Tokens_decide_who_may_do_what(string token, string method, string path, int status)
    {
        await using var server = await StartAsync(Tokens("view", "operate", "admin"));
        foreach (var basic in new[] { false, true })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), server.Addresses[0] + path);
            request.Headers.Authorization = token.Length == 0 ? null
                : basic ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:secret-{token}")))
                : new AuthenticationHeaderValue("Bearer", $"secret-{token}");
            using var answer = await _http.SendAsync(request);

            var text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
            Assert.DoesNotContain("secret-", text, StringComparison.Ordinal);
            Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
        }

        Assert.DoesNotContain(_log.Book.After(0), booked => booked.Event.Text.Contains("secret-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_many_wrong_tokens_slow_down_and_a_changed_file_counts_within_a_second()
    {
        var file = Tokens("view");
        await using var server = await StartAsync(file);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(401, await StatusOfAsync("wrong"));
        }

        Assert.Equal(429, await StatusOfAsync("view"));
        File.AppendAllText(_folder.File("tokens"), TokenFile.Line("late", Role.View, "secret-late") + "\n");
        File.SetLastWriteTimeUtc(_folder.File("tokens"), File.GetLastWriteTimeUtc(_folder.File("tokens")).AddSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, await StatusOfAsync("view"));
        Assert.Equal(200, await StatusOfAsync("late"));

        async Task<int> StatusOfAsync(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Addresses[0] + "/api/v1/status");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"secret-{token}");
            using var answer = await _http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_page_encodes_what_it_shows_and_asks_no_other_host()
    {
        var engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Waiting) with
        {
            Troubles = [new Trouble(TroubleKind.Unreachable, TroubleSide.Us, "<script>alert(1)</script>")]
        });
        await using var server = await ApiServer.StartAsync(new ApiOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] },
            new FakeMirror(engine), _log, _time);

        using var answer = await _http.GetAsync(server.Addresses[0] + "/");

        var page = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("://", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_at_a_page_gets_what_changed()
    {
        using var answer = await _http.GetAsync(_server.Addresses[0] + "/live?page=%2F", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var first = reader.ReadLineAsync();

        await Eventually.TrueAsync(
            "a page to come", Within,
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return first.IsCompleted;
            },
            CancellationToken.None);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("event: page", await first);
        Assert.Contains("<section", JsonSerializer.Deserialize<string>((await reader.ReadLineAsync())!["data: ".Length..]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_come_as_they_happen_and_go_on_where_they_were()
    {
        _log.Say(Microsoft.Extensions.Logging.LogLevel.Warning, "first");
        _log.Say(Microsoft.Extensions.Logging.LogLevel.Warning, "second", "A->B");
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Addresses[0] + "/api/v1/events/stream");
        request.Headers.Add("Last-Event-ID", "1");

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        Assert.Equal("id: 2", await reader.ReadLineAsync());
        Assert.Equal("event: event", await reader.ReadLineAsync());
        using var happened = JsonDocument.Parse((await reader.ReadLineAsync())!["data: ".Length..]);
        Assert.Equal(("second", "A->B", "warn"), (happened.RootElement.GetProperty("msg").GetString(),
            happened.RootElement.GetProperty("flow").GetString(), happened.RootElement.GetProperty("level").GetString()));
    }

    /// <summary>Events that come while others are being sent are not passed over.</summary>
    [Fact]
    public async Task Every_event_is_in_the_stream()
    {
        const int Events = 900;
        using var answer = await _http.GetAsync(new Uri(_server.Addresses[0] + "/api/v1/events/stream"),
            HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var reading = NumbersAsync(reader, Events);
        var writer = new Thread(() =>
        {
            for (var n = 1; n <= Events; n++)
            {
                _log.Say(Microsoft.Extensions.Logging.LogLevel.Warning, $"event {n}");
                Thread.SpinWait(5000);
            }
        });
        writer.Start();

        while (writer.IsAlive)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await Eventually.TrueAsync("all events to be read", Within, () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            return reading.IsCompleted;
        }, CancellationToken.None);

        Assert.Equal(Enumerable.Range(1, Events), await reading);
    }

    /// <summary>Numbers begin anew with the process: who comes back with one of the process before is told all.</summary>
    [Fact]
    public async Task A_number_that_was_not_given_yet_is_of_another_process()
    {
        _log.Say(Microsoft.Extensions.Logging.LogLevel.Warning, "first");
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Addresses[0] + "/api/v1/events/stream");
        request.Headers.Add("Last-Event-ID", "500");

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        Assert.Equal([1], await NumbersAsync(reader, 1).WaitAsync(Within));
    }

    [Theory]
    [InlineData("Heliostat.Client", """{"level":"DEBUG","for":"10m"}""", 200, """["Heliostat.Client"]""")]
    [InlineData("org.apache.kafka.clients", """{"level":"debug"}""", 200, """["org.apache.kafka.clients"]""")]
    [InlineData("flow:A-%3EB", """{"level":"WARN"}""", 200, """["flow:A->B"]""")]
    [InlineData("root", """{"level":"LOUD"}""", 404, """{"error_code":404,"message":"invalid log level 'LOUD'."}""")]
    [InlineData("root", "{}", 400, """{"error_code":400,"message":"Desired 'level' parameter was not specified in request."}""")]
    [InlineData("root?scope=cluster", """{"level":"info"}""", 204, "")]
    public async Task Levels_are_set_as_Kafka_Connect_sets_them(string logger, string body, int status, string says)
    {
        using var answer = await AskAsync(HttpMethod.Put, $"/admin/loggers/{logger}", body);

        Assert.Equal((status, says), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Bodies_are_JSON_and_not_large()
    {
        using var form = new StringContent("level=DEBUG", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var text = await _http.PutAsync(_server.Addresses[0] + "/admin/loggers/root", form);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        try
        {
            using var large = await AskAsync(HttpMethod.Put, "/admin/loggers/root", $$"""{"level":"{{new string('x', 2_000_000)}}"}""");
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        }
        catch (HttpRequestException)
        {
            // It may be cut off before all of it was sent.
        }
    }

    [Fact]
    public async Task So_many_connections_and_no_more()
    {
        var at = new Uri(_server.Addresses[0]);
        List<TcpClient> open = [];
        try
        {
            for (var i = 0; i < 150; i++)
            {
                var client = new TcpClient();
                open.Add(client);
                await client.ConnectAsync(at.Host, at.Port);
            }

            using var late = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => late.GetAsync(at + "livez"));
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method,
            new Uri(_server.Addresses[0] + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await _http.SendAsync(request);
    }

    private Task<ApiServer> StartAsync(TokenFile? tokens, Func<bool, CancellationToken, Task<ReloadDocument>>? reload = null)
    {
        var options = new ApiOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tokens = tokens,
            Hosts = ["*.kafka.svc"],
            Reload = reload
        };
        return ApiServer.StartAsync(options, _mirror, _log, _time);
    }

    private TokenFile Tokens(params string[] roles)
    {
        File.WriteAllLines(_folder.File("tokens"),
            roles.Select(word => TokenFile.Line(word, TokenFile.TryRole(word, out var role) ? role : Role.None, $"secret-{word}")));
        return new TokenFile(_folder.File("tokens"), _time);
    }

    private static async Task<List<int>> NumbersAsync(StreamReader stream, int last)
    {
        List<int> numbers = [];
        while (numbers is [] || numbers[^1] < last)
        {
            if ((await stream.ReadLineAsync())!.Split("id: ") is [_, var number])
            {
                numbers.Add(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return numbers;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
