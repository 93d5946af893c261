using System.Globalization;
using Heliostat.Faults.Catalog;
using Heliostat.Faults.Judging;
using Heliostat.Faults.Publishing;
using Heliostat.Faults.Systems;
using Heliostat.Testing;

namespace Heliostat.Faults.Running;

/// <summary>Plays faults and judges what became of each copy.</summary>
internal static class Suite
{
    private const int Readings = 2;
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LevelWithin = TimeSpan.FromSeconds(90);

    /// <summary>Plays one fault among these systems and returns a row of each.</summary>
    public static async Task<IReadOnlyList<Row>> PlayAsync(Ground ground, Fault fault, IReadOnlyList<MirrorSystem> systems,
        Action<string> say,
        CancellationToken ct)
    {
        await using var scene = await Scene.SetAsync(ground, fault, systems, ct);
        say($"{fault.Name}: all mirror; now it goes wrong");
        await fault.PlayAsync(scene, ct);
        scene.SayOver();
        var seconds = await Task.WhenAll(scene.Contestants.Select(contestant => RecoverAsync(scene, contestant, ct)));
        await scene.Load!.StopAsync();
        var expected = await scene.ExpectedAsync(ct);
        say($"{fault.Name}: {expected.Count} records, {scene.Load.Refused} chunks refused by the source; waiting for copies to be whole");
        var judged = await Task.WhenAll(
            scene.Contestants.Zip(seconds, (contestant, needed) => JudgeAsync(scene, contestant, expected, needed, ct)));
        return [.. judged, .. scene.Absent];
    }

    /// <summary>Seconds until records that were produced after the damage are in every partition that the copy has.</summary>
    private static async Task<double?> RecoverAsync(Scene scene, Contestant contestant, CancellationToken ct)
    {
        var (at, number) = scene.Over!.Value;
        try
        {
            await Eventually.ValueAsync("records after the fault", scene.Fault.Patience, async token =>
            {
                contestant.KeepAlive();
                return await scene.HeadsAsync(contestant, token);
            }, heads => heads.Count >= scene.Load!.Partitions && heads.Values.All(head => head >= number), ct);
            return TimeProvider.System.GetElapsedTime(at).TotalSeconds;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<Row> JudgeAsync(Scene scene, Contestant contestant, HashSet<long> expected, double? seconds,
        CancellationToken ct)
    {
        var bootstrap = scene.Target.BootstrapServers;
        var (found, changed) = (await CopyAsync(), TimeProvider.System.GetTimestamp());
        for (var started = changed; TimeProvider.System.GetElapsedTime(started) < LevelWithin
            && TimeProvider.System.GetElapsedTime(changed) < QuietFor;)
        {
            if (found is not null && Verdict.Of(expected, found).Lost == 0)
            {
                break;
            }

            await Scene.WaitAsync(1, ct);
            contestant.KeepAlive();
            var next = await CopyAsync();
            (found, changed) = next?.Count == found?.Count ? (next, changed) : (next, TimeProvider.System.GetTimestamp());
        }

        // What is still under way is counted too.
        await contestant.StopAllAsync(ct);
        found = await CopyAsync();
        for (var again = 0; again < Readings && (found is null || Verdict.Of(expected, found).Lost > 0); again++)
        {
            // A reading ends early where a leader moves or a broker is slow: what is missing in all of them is not there.
            var next = await CopyAsync();
            found = next?.Count > (found?.Count ?? -1) ? next : found;
        }

        var took = seconds is { } s ? s.ToString("0.0", CultureInfo.InvariantCulture) : $"not in {scene.Fault.Patience.TotalSeconds:0}";
        contestant.KeepLog(scene.Fault.Name);
        if (found is null)
        {
            return new Row(scene.Fault.Name, contestant.System.Name, "no copy", "", "", took, contestant.Told(scene.Fault.Telling));
        }

        var verdict = Verdict.Of(expected, found);
        var lost = verdict.Beyond == 0 ? $"{verdict.Lost}" : $"{verdict.Lost} ({verdict.Beyond})";
        return new Row(scene.Fault.Name, contestant.System.Name, lost, $"{verdict.Duplicated}", $"{verdict.Reordered}", took,
            contestant.Told(scene.Fault.Telling));

        async Task<List<SeenRecord>?> CopyAsync()
        {
            try
            {
                return await KcatReading.AllAsync(bootstrap, contestant.Topic, ct);
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }
}
