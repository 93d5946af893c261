using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Simulation.Worlds;

/// <summary>What the lives of the mirror told of losses.</summary>
/// <param name="log">Where it is said what is not counted.</param>
internal sealed class Told(WorldLog log)
{
    private readonly Dictionary<string, long> _times = [];
    private readonly Dictionary<int, Dictionary<int, string>> _halted = [];

    /// <summary>The lanes that stood still at the end of the last life of a worker, with the cause.</summary>
    public IReadOnlyDictionary<int, string> Halted =>
        _halted.Values.SelectMany(of => of).GroupBy(lane => lane.Key).ToDictionary(lane => lane.Key, lane => lane.First().Value);

    /// <summary>The kinds that were told.</summary>
    public IEnumerable<LossKind> Kinds => Enum.GetValues<LossKind>().Where(Has);

    /// <summary>Whether it was said that something may be there twice, and why.</summary>
    public bool SaidTwice => log.Warnings.Overlaps(["Doubled", "NewEpochUnsure", "NewProducerId"]);

    /// <summary>Whether it was said that a former owner of lanes is not fenced.</summary>
    public bool SaidUnfenced => log.Warnings.Overlaps(["LogLease", "LogNotFenced"]);

    /// <summary>Whether it was said that the target holds records of an older topic, whose positions went with it.</summary>
    public bool SaidOlder => log.Warnings.Contains("LogOlderMirror");

    public bool Has(LossKind kind) => _times.ContainsKey(kind.Name());

    /// <summary>A life ends, or is about to.</summary>
    public void Add(MirrorEngine engine)
    {
        foreach (var loss in engine.Flows.SelectMany(flow => flow.Snapshot().Losses))
        {
            _times[loss.Kind] = _times.GetValueOrDefault(loss.Kind) + loss.Times;
        }
    }

    /// <summary>A life of a worker ended in order.</summary>
    public void Add(int worker, MirrorOutcome outcome) =>
        _halted[worker] = outcome.Halted.GroupBy(lane => lane.Partition).ToDictionary(lane => lane.Key, lane => lane.First().Cause);

    public override string ToString() => string.Join(", ",
        _times.Select(told => $"{told.Key} {told.Value}").Concat(Halted.Select(halt => $"{halt.Key} halted: {halt.Value}")));
}
