using System.Globalization;
using System.Text;
using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Worlds;

namespace Heliostat.Simulation.Running;

/// <summary>What many runs went through.</summary>
internal sealed class Summary
{
    private const int Step = 500;

    private readonly Lock _lock = new();
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly SortedDictionary<FaultKind, int> _faults = [];
    private int _runs;
    private int _failed;

    /// <summary>Runs in which no log lost anything, and the others.</summary>
    private readonly int[] _runsOf = new int[2];
    private readonly Comparison[] _kinds = [Comparison.Nothing, Comparison.Nothing];
    private TimeSpan _simulated;

    /// <summary>Counts a run; now and then, a line of progress.</summary>
    public string? Add(RunResult result)
    {
        lock (_lock)
        {
            _runs++;
            _failed += result.Failure is null ? 0 : 1;
            _simulated += result.Simulated;
            foreach (var fault in result.Schedule.Faults)
            {
                _faults[fault.Kind] = _faults.GetValueOrDefault(fault.Kind) + 1;
            }

            var kind = result.IsWhole ? 0 : 1;
            _kinds[kind] = _kinds[kind].Plus(result.Found);
            _runsOf[kind]++;
            return _runs % Step == 0 ? ToString() : null;
        }
    }

    public override string ToString()
    {
        var real = TimeProvider.System.GetElapsedTime(_began);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_runs} runs, {_failed} failed; ");
        text.Append(CultureInfo.InvariantCulture,
            $"{_runsOf[0]} with whole logs, {Words(_kinds[0])}; {_runsOf[1]} with logs that lost, deleted or forgot, {Words(_kinds[1])}; ");
        text.Append(CultureInfo.InvariantCulture,
            $"{_simulated.TotalHours:0.0} h simulated in {real.TotalMinutes:0.0} min ({_runs / real.TotalMinutes:0} runs/min); ");
        return text.AppendJoin(", ", _faults.Select(fault => $"{fault.Key} {fault.Value}")).ToString();
    }

    private static string Words(Comparison sum) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{sum.Records} records: {sum.Lost} not there, {sum.Reordered} reordered, {sum.Duplicated} duplicated");
}
