using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Planning;

/// <summary>Topics of which batches are opened and built anew, which costs more than passing them on.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Topics">The topics, by their names on the source.</param>
public sealed record PlannedOpening(OpenReason Reason, IReadOnlyList<string> Topics);
