using System.Collections.Concurrent;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>How often what was lost, since the process started. Thread-safe.</summary>
internal sealed class LossCounts
{
    private readonly ConcurrentDictionary<(string Topic, LossKind Kind), LossCount> _counts = new();

    /// <summary>By topic and kind.</summary>
    public IReadOnlyList<LossCount> All =>
        [.. _counts.Values.OrderBy(count => count.Topic, StringComparer.Ordinal).ThenBy(count => count.Kind, StringComparer.Ordinal)];

    public void Add(Loss loss)
    {
        // Of other kinds nobody knows how many records there were.
        var records = loss is { Kind: LossKind.Gap, GoOnAt: { } at } ? Math.Max(0, at - loss.Position) : 0;
        _counts.AddOrUpdate(
            (loss.Lane.Topic, loss.Kind),
            static (key, more) => new LossCount(key.Topic, key.Kind.Name(), 1, more),
            static (_, before, more) => before with { Times = before.Times + 1, Offsets = before.Offsets + more },
            records);
    }
}
