using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Heliostat.Output.Logs;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>The last events: once, or as they come.</summary>
internal sealed class EventRoutes(EventBook book, TimeProvider time)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A line that says nothing, so that a connection whose other end is gone is noticed.</summary>
    private static readonly TimeSpan SpeakEvery = TimeSpan.FromSeconds(15);

    private static readonly IReadOnlyList<(string Name, string Means)> Choice =
    [
        ("since", "Those after the event with this <code>seq</code>."), ("flow", "Only of this flow."), ("topic", "Only of this topic."),
        ("event", "Only of this name."), ("level", "Only from this level on: debug, info, warn, error."), ("limit", "The last so many."),
    ];

    public IEnumerable<Route> All()
    {
        yield return new Route("GET", "/api/v1/events", Role.View, $"The last events, {EventBook.Most} at most, the oldest first.",
            LastAsync)
        { Query = Choice };
        yield return new Route("GET", "/api/v1/events/stream", Role.View,
            "Events as they come, as server-sent events; <code>Last-Event-ID</code> goes on where it was.", StreamAsync)
        { Query = Choice };
    }

    private async Task LastAsync(Call call)
    {
        var isChosen = Chosen(call);
        List<BookedEvent> events = [.. book.After(call.QueryNumber("since") ?? 0).Where(isChosen)];
        if (call.QueryNumber("limit") is { } limit)
        {
            events = [.. events.TakeLast((int)Math.Min(limit, EventBook.Most))];
        }

        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (var happened in events)
            {
                Write(json, happened);
            }

            json.WriteEndArray();
            json.WriteNumber("last", book.Last);
            json.WriteEndObject();
        }

        call.Http.Response.Headers.CacheControl = "no-store";
        call.Http.Response.ContentType = "application/json";
        await call.Http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), call.Gone);
    }

    private async Task StreamAsync(Call call)
    {
        var since = long.TryParse(call.Http.Request.Headers["Last-Event-ID"].ToString(), CultureInfo.InvariantCulture, out var last)
            ? last
            : call.QueryNumber("since") ?? 0;
        var isChosen = Chosen(call);
        if (since > book.Last)
        {
            // It was given by the process before this one.
            since = 0;
        }

        await EventStreams.BeginAsync(call.Http.Response, call.Gone);
        using var timer = new PeriodicTimer(LookEvery, time);
        var spokeAt = time.GetTimestamp();
        do
        {
            var news = book.After(since);
            foreach (var happened in news.Where(isChosen))
            {
                await call.Http.Response.WriteAsync(Frame(happened), call.Gone);
                spokeAt = time.GetTimestamp();
            }

            since = news is [.., var newest] ? newest.Number : since;
            if (time.GetElapsedTime(spokeAt) > SpeakEvery)
            {
                await call.Http.Response.WriteAsync(": \n\n", call.Gone);
                spokeAt = time.GetTimestamp();
            }

            await call.Http.Response.Body.FlushAsync(call.Gone);
        }
        while (await timer.WaitForNextTickAsync(call.Gone));
    }

    private static Func<BookedEvent, bool> Chosen(Call call)
    {
        var (flow, topic, name) = (call.Query("flow") is { } given ? Place.FlowName(given) : null, call.Query("topic"),
            call.Query("event"));
        var lowest = call.Query("level") is { } level
            ? Loggers.Parse(level)
                ?? throw new Refusal(StatusCodes.Status400BadRequest, $"level: '{level}' is none of debug, info, warn and error")
            : Microsoft.Extensions.Logging.LogLevel.Trace;
        return booked => booked.Event.Level >= lowest && (flow is null || booked.Event.Subject == flow)
            && (name is null || booked.Event.Name == name)
            && (topic is null
                || booked.Event.Properties.Any(property => property is { Key: "Topic", Value: string text } && text == topic));
    }

    private static string Frame(BookedEvent booked)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            Write(json, booked);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"id: {booked.Number}\nevent: event\ndata: {Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length)}\n\n");
    }

    private static void Write(Utf8JsonWriter json, BookedEvent booked)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", booked.Number);
        json.WriteString("ts", booked.Event.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        EventFields.Write(json, booked.Event);
        json.WriteEndObject();
    }
}
