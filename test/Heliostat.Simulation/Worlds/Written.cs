namespace Heliostat.Simulation.Worlds;

/// <summary>A record as it was written to the source.</summary>
/// <param name="Words">All that is said of it.</param>
/// <param name="Order">Counts the records of its partition as they were written, over all that befell the log.</param>
/// <param name="Topic">Which of the topics of this name it was written to.</param>
/// <param name="Offset">Where it stood.</param>
internal sealed record Written(string Words, int Order, int Topic, long Offset);
