using System.Globalization;
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
        var body = await call.BodyAsync();
        return new Wish(Call.Text(body, "reason"), Lasting(Call.Text(body, "for")), call.QueryFlag("dry_run"));
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
