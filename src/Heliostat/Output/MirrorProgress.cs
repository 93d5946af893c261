using System.Text.Json;
using Heliostat.Mirroring.Flows;
using Heliostat.Output.Logs;

namespace Heliostat.Output;

/// <summary>Progress of one mirror.</summary>
internal sealed class MirrorProgress(Func<MirrorSnapshot> snapshot) : IProgress
{
    public string Live(int width) => ProgressText.Live(null, snapshot(), null, width);

    public IEnumerable<(string Subject, string Text)> Lines() => [(LoggedEvent.ForProgram, $"progress {ProgressText.Fields(snapshot(), null)}")];

    public string Json() => JsonSerializer.Serialize(snapshot(), OutputJson.Plain.MirrorSnapshot);

    public string Totals() => ProgressText.Totals(snapshot());
}
