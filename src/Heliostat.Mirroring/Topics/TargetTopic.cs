namespace Heliostat.Mirroring.Topics;

/// <summary>A topic of the target as it is: how many partitions it has, and the largest batch it takes in bytes.</summary>
internal sealed record TargetTopic(string Name, int Partitions, int MaxMessageBytes);
