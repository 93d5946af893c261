namespace Heliostat.Mirroring.Topics;

/// <summary>A topic of the target as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many partitions it has.</param>
/// <param name="MaxMessageBytes">The largest batch it takes.</param>
/// <param name="Mark">What positions of lanes to it belong to.</param>
internal sealed record TargetTopic(string Name, int Partitions, int MaxMessageBytes, PositionMark Mark);
