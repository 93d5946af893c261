namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// How many bytes a second an operator lets a flow, or a topic of it, take: it outlives lanes and lives of the flow. Thread-safe.
/// </summary>
internal sealed class Throttles
{
    private readonly Lock _gate = new();
    private IReadOnlyList<Throttle> _all = [];

    /// <summary>Each that there is: of the flow first, then by topic.</summary>
    public IReadOnlyList<Throttle> All => Volatile.Read(ref _all);

    /// <summary>Lets it take so much; null for as much as it can. <paramref name="topic"/> is null for the whole flow.</summary>
    public void Set(string? topic, long? bytesPerSecond)
    {
        lock (_gate)
        {
            var others = _all.Where(throttle => throttle.Topic != topic);
            Volatile.Write(ref _all, [.. (bytesPerSecond is { } rate
                ? others.Append(new Throttle(topic, rate))
                : others).OrderBy(throttle => throttle.Topic, StringComparer.Ordinal)]);
        }
    }
}
