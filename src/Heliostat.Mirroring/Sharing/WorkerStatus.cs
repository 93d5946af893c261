namespace Heliostat.Mirroring.Sharing;

/// <summary>How a process stands among those that run a flow.</summary>
/// <param name="Name">What the others call it.</param>
/// <param name="Slots">How many slots of the flow it has.</param>
/// <param name="Of">How many the flow has.</param>
/// <param name="Workers">How many processes share the flow, those with another file left out.</param>
/// <param name="Differs">Keys of its file that differ from that of the others; it mirrors nothing while there are any.</param>
public sealed record WorkerStatus(string Name, int Slots, int Of, int Workers, IReadOnlyList<string> Differs)
{
    /// <summary>In no group.</summary>
    internal static readonly WorkerStatus None = new("", 0, 0, 0, []);
}
