using System.Text.Json;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>Progress of one mirror.</summary>
internal sealed class MirrorProgress(Func<MirrorSnapshot> snapshot) : IProgress
{
    public string Live() => ProgressText.Live(snapshot());

    public IEnumerable<string> Lines() => [$"progress {ProgressText.Fields(snapshot())}"];

    public string Json() => JsonSerializer.Serialize(snapshot(), OutputJson.Default.MirrorSnapshot);

    public string End() => ProgressText.End(snapshot());
}
