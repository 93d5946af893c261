using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>How an action is meant, read from a request.</summary>
internal static class Wishes
{
    /// <summary>What actions take in their body.</summary>
    public static IReadOnlyList<(string Name, string Means)> Body { get; } = [("reason", "Why: kept with the event."), ("for", "Undone by itself after this time: 90s, 10m, 2h, 1d.")];

    /// <summary>What actions take behind the question mark.</summary>
    public static IReadOnlyList<(string Name, string Means)> Query { get; } = [("dry_run", "true: says what would be done, and does nothing.")];

    /// <exception cref="Refusal">The body cannot be read, or its time is none.</exception>
    public static async Task<Wish> OfAsync(Call call)
    {
        return Of(call, await call.BodyAsync());
    }

    /// <exception cref="Refusal">Its time is none.</exception>
    public static Wish Of(Call call, JsonElement body) => new(Call.Text(body, "reason"), Lasting(Call.Text(body, "for")), call.QueryFlag("dry_run"));

    /// <summary>How many bytes a second; null for as many as it can.</summary>
    /// <exception cref="Refusal">It is no number of bytes.</exception>
    public static long? Rate(JsonElement body)
    {
        if (!body.TryGetProperty("bytes_per_second", out var asked))
        {
            throw new Refusal(StatusCodes.Status400BadRequest, "bytes_per_second is missing", "a number of bytes, a text such as 50M, or null for as much as it can");
        }

        return asked.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number when asked.TryGetInt64(out var bytes) && bytes >= 0 => bytes == 0 ? null : bytes,
            JsonValueKind.String when asked.GetString() is "off" or "0" => null,
            JsonValueKind.String when Size(asked.GetString()!) is { } bytes => bytes,
            _ => throw new Refusal(StatusCodes.Status400BadRequest, $"bytes_per_second: {asked.GetRawText()} is not a number of bytes such as 50000000 or 50M"),
        };
    }

    /// <summary>Bytes as <c>500K</c>, <c>50M</c>, <c>50MB/s</c>, <c>1G</c>, by powers of 1024 as elsewhere; null for what is none.</summary>
    private static long? Size(string text)
    {
        var number = text.Trim();
        number = number.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? number[..^2] : number;
        number = number.EndsWith('B') || number.EndsWith('b') ? number[..^1] : number;
        var factor = number.Length == 0 ? 0 : char.ToUpperInvariant(number[^1]) switch
        {
            'K' => 1024.0,
            'M' => 1024 * 1024,
            'G' => 1024 * 1024 * 1024,
            _ => 1,
        };
        return double.TryParse(factor > 1 ? number[..^1] : number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount * factor is >= 1 and < 1e15
            ? (long)(amount * factor)
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

        double seconds = text is "" ? 0 : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => 0,
        };
        return double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * seconds is >= 1 and <= 366 * 86_400.0
            ? TimeSpan.FromSeconds(number * seconds)
            : throw new Refusal(StatusCodes.Status400BadRequest, $"for: '{text}' is not a time such as 90s, 10m, 2h or 1d");
    }
}
