using System.Globalization;
using System.Text.Json;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>Shows how a mirror does: a live line on a terminal, otherwise one line an interval; JSON lines on standard output when asked for.</summary>
internal sealed class ProgressLoop(Func<MirrorSnapshot> snapshot, Terminal terminal, TimeProvider time, TimeSpan interval, bool json)
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(CancellationToken ct)
    {
        var live = terminal.IsTerminal && !json;
        using var timer = new PeriodicTimer(live ? LiveInterval : interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                Show(live);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            if (live)
            {
                terminal.Status("");
            }

            Finish();
        }
    }

    private void Show(bool live)
    {
        var now = snapshot();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(now, OutputJson.Default.MirrorSnapshot));
        }
        else if (live)
        {
            terminal.Status(Live(now));
        }
        else
        {
            terminal.WriteLine(Line(now));
        }
    }

    private void Finish()
    {
        var end = snapshot();
        if (json)
        {
            Show(live: false);
        }
        else
        {
            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"finished records={end.Records} bytes={end.Bytes}"));
        }
    }

    private static string Live(MirrorSnapshot s)
    {
        var paused = s.Paused.Count == 0 ? "" : $", {s.Paused.Count} PAUSED";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{s.RunningLanes} lanes{paused} | {s.RecordsPerSecond:#,0} records/s | {s.BytesPerSecond / 1e6:#,0.0} MB/s | lag {Lag(s)} | {s.Records:#,0} records, {s.Bytes / 1e6:#,0.0} MB");
    }

    private static string Line(MirrorSnapshot s) => string.Create(
        CultureInfo.InvariantCulture,
        $"progress lanes={s.Lanes} running={s.RunningLanes} paused={s.Paused.Count} records={s.Records} bytes={s.Bytes} records_per_s={s.RecordsPerSecond:0} mb_per_s={s.BytesPerSecond / 1e6:0.0} lag={s.LagRecords?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}");

    private static string Lag(MirrorSnapshot s) =>
        s.LagRecords is not { } lag ? "unknown" : lag == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{lag:#,0} records, {(s.LagBytes ?? 0) / 1e6:#,0.0} MB");
}
