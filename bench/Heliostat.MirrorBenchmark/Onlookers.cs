using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// People and tools that look at a mirror while it works: browsers at its first page, as the page's scripts ask for what is new, Prometheus
/// every five seconds, and <c>heliostat top</c> on a terminal of its own. They begin while the mirror stands still, so that no start of
/// theirs is in what is measured.
/// </summary>
internal sealed class Onlookers : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ScrapeEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ChartEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly HttpClient _http;
    private readonly CancellationTokenSource _enough = new();
    private readonly List<Task> _looking = [];
    private long _pages;
    private ChildProcess? _top;

    /// <param name="port">Where the mirror serves its API, on this machine.</param>
    public Onlookers(int port)
    {
        _http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Lets the only flow of the mirror stand still as soon as it answers; returns the flow's name.</summary>
    public async Task<string> HoldAsync(CancellationToken ct)
    {
        var flow = await Eventually.ValueAsync("the mirror to answer", Patience, FlowAsync, name => name is not null, ct);
        await ActAsync(flow!, "pause", ct);
        return flow!;
    }

    /// <summary>Lets it go on.</summary>
    public Task ReleaseAsync(string flow, CancellationToken ct) => ActAsync(flow, "resume", ct);

    /// <summary>
    /// Begins to look, and returns when every viewer has seen the page change and <c>top</c> has drawn; not before the mirror stood still
    /// for five seconds, whoever looks.
    /// </summary>
    /// <param name="viewers">Browsers; with none nobody looks at all.</param>
    /// <param name="flow">What they look at.</param>
    /// <param name="program">The program's <c>heliostat.dll</c>.</param>
    /// <param name="folder">For what <c>top</c> draws.</param>
    /// <param name="ct">Gives up.</param>
    public async Task BeginAsync(int viewers, string flow, string program, TemporaryFolder folder, CancellationToken ct)
    {
        var enough = Task.Delay(Hold, Clock, ct);
        if (viewers == 0)
        {
            await enough;
            return;
        }

        _looking.AddRange(Enumerable.Range(0, viewers).Select(_ => ViewAsync(_enough.Token)));
        _looking.AddRange(Enumerable.Range(0, viewers)
            .Select(_ => EveryAsync(ChartEvery, $"/api/v1/flows/{Uri.EscapeDataString(flow)}/history", sinceLast: true)));
        _looking.Add(EveryAsync(ScrapeEvery, "/metrics", sinceLast: false));
        _top = ChildProcess.Start(folder.File("top"),
            ["script", "-qfc", $"stty cols 140 rows 40; exec dotnet {program} top {_http.BaseAddress}", "/dev/null"],
            new Dictionary<string, string> { ["TERM"] = "xterm-256color" }, separateErrors: false);
        await Eventually.TrueAsync("all to look", Patience,
            () => Interlocked.Read(ref _pages) >= 3 * viewers && new FileInfo(_top.OutputFile) is { Exists: true, Length: > 4096 }, ct);
        await enough;
    }

    /// <summary>Throws what a look failed with, as nothing was measured then.</summary>
    public void Check()
    {
        foreach (var ended in _looking.Where(look => look.IsCompleted))
        {
            ended.GetAwaiter().GetResult();
            throw new InvalidOperationException("somebody stopped looking");
        }

        if (_top is { HasExited: true })
        {
            throw new InvalidOperationException($"top ended: {_top.Tail()}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_looking).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        if (_top is not null)
        {
            await _top.DisposeAsync();
        }

        _http.Dispose();
        _enough.Dispose();
    }

    private async Task<string?> FlowAsync(CancellationToken ct)
    {
        try
        {
            var status = await _http.GetFromJsonAsync<JsonElement>("/api/v1/status", ct);
            return status.GetProperty("flows").EnumerateArray().Select(flow => flow.GetProperty("flow").GetString()).FirstOrDefault();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task ActAsync(string flow, string verb, CancellationToken ct)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/v1/flows/{Uri.EscapeDataString(flow)}/{verb}", new { }, ct);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A browser at the first page: all that it loads, and then the page again and again as it is sent.</summary>
    private async Task ViewAsync(CancellationToken ct)
    {
        using var first = new HttpRequestMessage(HttpMethod.Get, "/");
        first.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var page = await _http.SendAsync(first, ct);
        page.EnsureSuccessStatusCode();
        foreach (var asset in (string[])["/page.css", "/page.js", "/charts.css", "/charts.js"])
        {
            _ = await _http.GetByteArrayAsync(asset, ct);
        }

        using var lines = new StreamReader(await _http.GetStreamAsync("/live?page=%2F", ct));
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _pages);
            }
        }
    }

    private async Task EveryAsync(TimeSpan interval, string path, bool sinceLast)
    {
        using var timer = new PeriodicTimer(interval, Clock);
        var since = 0L;
        do
        {
            using var answer = await _http.GetAsync(sinceLast ? $"{path}?since={since}" : path, _enough.Token);
            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadAsByteArrayAsync(_enough.Token);
            if (sinceLast)
            {
                using var told = JsonDocument.Parse(body);
                since = told.RootElement.GetProperty("at_ms").EnumerateArray().Select(at => at.GetInt64()).Append(since).Max();
            }
        }
        while (await timer.WaitForNextTickAsync(_enough.Token));
    }
}
