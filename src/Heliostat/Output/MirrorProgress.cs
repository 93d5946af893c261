using System.Text.Json;
using Heliostat.Mirroring.Flows;
using Heliostat.Output.Logs;

namespace Heliostat.Output;

/// <summary>Progress of one mirror.</summary>
internal sealed class MirrorProgress(Func<EngineSnapshot> snapshot) : IProgress
{
    public string Live(int width)
    {
        var now = snapshot();
        return ProgressText.Live(null, now.Total, now.Flows[0].Cause, width);
    }

    public IEnumerable<(string Subject, string Text)> Lines()
    {
        var now = snapshot();
        return [(LoggedEvent.ForProgram, $"progress {ProgressText.Fields(now.Total, now.Flows[0].Cause)}")];
    }

    public string Json() => JsonSerializer.Serialize(snapshot().Total, OutputJson.Plain.MirrorSnapshot);

    public string Totals() => ProgressText.Totals(snapshot().Total);
}
