using System.Text.Json;
using Heliostat.Configuration;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>How an action is meant, read from a request.</summary>
internal static class Wishes
{
    private static readonly (string Unit, double Factor)[] Times = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

    /// <summary>What actions take in their body.</summary>
    public static IReadOnlyList<(string Name, string Means)> Body { get; } = [("reason", "Why: kept with the event."),
        ("for", "Undone by itself after this time: 90s, 10m, 2h, 1d.")];

    /// <summary>What actions take behind the question mark.</summary>
    public static IReadOnlyList<(string Name,
        string Means)> Query
    { get; } = [("dry_run", "true: says what would be done, and does nothing.")];

    /// <exception cref="Refusal">The body cannot be read, or its time is none.</exception>
    public static async Task<Wish> OfAsync(Call call)
    {
        return Of(call, await call.BodyAsync());
    }

    /// <exception cref="Refusal">Its time is none.</exception>
    public static Wish Of(Call call, JsonElement body) =>
        new(Call.Text(body, "reason"), Lasting(Call.Text(body, "for")), call.QueryFlag("dry_run"));

    /// <summary>How many bytes a second; null for as many as it can.</summary>
    /// <exception cref="Refusal">It is no number of bytes.</exception>
    public static long? Rate(JsonElement body)
    {
        if (!body.TryGetProperty("bytes_per_second", out var asked))
        {
            throw new Refusal(StatusCodes.Status400BadRequest, "bytes_per_second is missing",
                "a number of bytes, a text such as 50M, or null for as much as it can");
        }

        return asked.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number when asked.TryGetInt64(out var bytes) && bytes >= 0 => bytes == 0 ? null : bytes,
            JsonValueKind.String when asked.GetString() is "off" or "0" => null,
            JsonValueKind.String when Size(asked.GetString()!) is { } bytes => bytes,
            _ => throw new Refusal(StatusCodes.Status400BadRequest,
                $"bytes_per_second: {asked.GetRawText()} is not a number of bytes such as 50000000 or 50M"),
        };
    }

    /// <summary>Whether a text says how many bytes a second.</summary>
    public static bool IsRate(string text) => text is "off" or "0" || Size(text) is not null;

    /// <summary>Whether a text is a time after which something is undone.</summary>
    public static bool IsTime(string text) => Seconds(text) is not null;

    /// <summary>
    /// Bytes as <c>500K</c>, <c>50M</c>, <c>50MB/s</c>, <c>1G</c>, by powers of 1024 as elsewhere; null for what is none.
    /// </summary>
    private static long? Size(string text)
    {
        var number = text.Trim();
        number = number.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? number[..^2] : number;
        number = number.EndsWith('B') || number.EndsWith('b') ? number[..^1] : number;
        return Measure.Parse(number, Measure.Sizes, StringComparison.OrdinalIgnoreCase) is >= 1 and < 1e15 and var bytes
            ? (long)bytes
            : null;
    }

    /// <summary>A time as <c>10m</c>; null for none.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public static TimeSpan? Lasting(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return TimeSpan.FromSeconds(Seconds(text)
            ?? throw new Refusal(StatusCodes.Status400BadRequest, $"for: '{text}' is not a time such as 90s, 10m, 2h or 1d"));
    }

    private static double? Seconds(string text) =>
        Measure.Parse(text, Times) is >= 1 and <= 366 * 86_400.0 and var seconds ? seconds : null;
}
