using Heliostat.Faults.Running;

namespace Heliostat.Faults.Catalog;

/// <summary>
/// What befalls the ways to the brokers: links of our own, one before each broker of both sides, by which all mirrors go.
/// </summary>
internal static class NetworkFaults
{
    private const int CutWithin = 60_000;
    private const int OneAnswerOf = 20;

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("links-cut",
            "For 30 s every connection of the mirrors, to both sides, is cut at a random byte within its first 60,000.", (scene, ct) =>
            ForAsync(scene, 30, weather => weather.CutWithin = CutWithin, ct)) { ByLinks = true },
        new("answers-lost", "For 30 s one of 20 answers to an acknowledged Produce is swallowed, and its connection ends.", (scene, ct) =>
            ForAsync(scene, 30, weather => weather.SwallowOneAnswerOf = OneAnswerOf, ct)) { ByLinks = true },
        new("links-stalled", "For 20 s nothing goes through to either side, and no connection ends.", (scene, ct) =>
            ForAsync(scene, 20, weather => weather.IsStalled = true, ct))
        {
            ByLinks = true,
            Note = "MirrorMaker 2's worker left its group and came back, and its task then waits `scheduled.rebalance.max.delay.ms`, "
                + "five minutes unless set: what it had not mirrored by the end of the row counts as lost here.",
        },
        new("links-half-open", "All connections of the mirrors become silent for ever, without an end; new ones work.", (scene, ct) =>
        {
            foreach (var link in scene.Ground.Links)
            {
                link.Strand();
            }

            return Task.CompletedTask;
        }) { ByLinks = true },
        new("loss-and-delay",
            "For 60 s each packet takes 100 ms in either direction, and one of ten is lost and sent again 200 ms later, in order, as "
            + "TCP does it.", (scene, ct) =>
            ForAsync(scene, 60, weather => (weather.OneWay, weather.Loss) = (TimeSpan.FromMilliseconds(100), 0.1), ct)) { ByLinks = true },
    ];

    private static async Task ForAsync(Scene scene, double seconds, Action<Weather> begin, CancellationToken ct)
    {
        foreach (var link in scene.Ground.Links)
        {
            begin(link.Weather);
        }

        await Scene.WaitAsync(seconds, ct);
        foreach (var link in scene.Ground.Links)
        {
            link.Weather.Clear();
        }
    }
}
