using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;

namespace Heliostat.Api;

/// <summary>The file that a mirror runs, as it was read last (SIGHUP). Thread-safe.</summary>
/// <param name="read">As it was read first.</param>
internal sealed class FileInUse(MirrorMaker2File read)
{
    private IReadOnlyDictionary<FlowName, MirrorMaker2File> _byFlow = read.Flows.ToDictionary(flow => flow.Name, _ => read);

    /// <summary>As it was read first: which flows there are, and what the process reads once.</summary>
    public MirrorMaker2File First => read;

    /// <summary>The file as it says what a flow is to do; null where there is no such flow.</summary>
    public MirrorMaker2File? Of(FlowName flow) => Volatile.Read(ref _byFlow).GetValueOrDefault(flow);

    /// <summary>It was read again. Flows that are not in it any more run on as they were.</summary>
    public void Take(MirrorMaker2File next)
    {
        var named = next.Flows.Select(flow => flow.Name).ToHashSet();
        Volatile.Write(ref _byFlow, _byFlow.ToDictionary(flow => flow.Key, flow => named.Contains(flow.Key) ? next : flow.Value));
    }
}
