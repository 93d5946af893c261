using System.Globalization;
using System.Text;
using Heliostat.Simulation.Schedules;

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
    private long _records;
    private long _lost;
    private long _reordered;
    private long _duplicated;
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

            if (result.Found is { } found)
            {
                _records += found.Records;
                _lost += found.Lost;
                _reordered += found.Reordered;
                _duplicated += found.Duplicated;
            }

            return _runs % Step == 0 ? ToString() : null;
        }
    }

    public override string ToString()
    {
        var real = TimeProvider.System.GetElapsedTime(_began);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_runs} runs, {_failed} failed, {_records} records: {_lost} lost, {_reordered} reordered, {_duplicated} duplicated; ");
        text.Append(CultureInfo.InvariantCulture, $"{_simulated.TotalHours:0.0} h simulated in {real.TotalMinutes:0.0} min ({_runs / real.TotalMinutes:0} runs/min); ");
        return text.AppendJoin(", ", _faults.Select(fault => $"{fault.Key} {fault.Value}")).ToString();
    }
}
