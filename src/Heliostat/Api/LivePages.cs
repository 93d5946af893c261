using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heliostat.Transport.Waiting;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>
/// Pages as they change, once a second: made once for all who look at one, and not at all while nobody does. Who reads too slowly misses
/// some, and nothing is kept for it. Thread-safe.
/// </summary>
internal sealed class LivePages(Views views, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Shown> _shown = [];

    /// <summary>Makes pages that somebody looks at, until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            Shown[] looked;
            lock (_gate)
            {
                looked = [.. _shown.Values];
            }

            foreach (var page in looked)
            {
                if (views.Of(page.Path) is { } now)
                {
                    page.Put(Event($"{now.Main}"));
                }
            }
        }
    }

    /// <summary>Answers with a page as it changes, until nobody looks any more.</summary>
    public async Task StreamAsync(HttpContext http, string path, CancellationToken stop)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stop);
        var page = Enter(path);
        try
        {
            await EventStreams.BeginAsync(http.Response, gone.Token);
            while (true)
            {
                var next = page.Next;
                await http.Response.Body.WriteAsync(await next.WaitHereAsync(gone.Token), gone.Token);
                await http.Response.Body.FlushAsync(gone.Token);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Nobody looks any more, or the mirror ends.
        }
        finally
        {
            Leave(page);
        }
    }

    private static byte[] Event(string main) =>
        Encoding.UTF8.GetBytes($"event: page\ndata: \"{JsonEncodedText.Encode(main, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"\n\n");

    private Shown Enter(string path)
    {
        lock (_gate)
        {
            if (!_shown.TryGetValue(path, out var page))
            {
                _shown[path] = page = new Shown(path);
            }

            page.Viewers++;
            return page;
        }
    }

    private void Leave(Shown page)
    {
        lock (_gate)
        {
            if (--page.Viewers == 0)
            {
                _shown.Remove(page.Path);
            }
        }
    }

    /// <summary>A page that somebody looks at.</summary>
    private sealed class Shown(string path)
    {
        private TaskCompletionSource<byte[]> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Path => path;

        public int Viewers { get; set; }

        /// <summary>The page as it will be when it is made next.</summary>
        public Task<byte[]> Next => Volatile.Read(ref _next).Task;

        public void Put(byte[] page) =>
            Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(page);
    }
}
