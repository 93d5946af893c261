namespace Heliostat.Mirroring.InternalTopics;

/// <summary>A record and the partition it belongs in.</summary>
internal readonly record struct PlacedRecord(int Partition, KeyedRecord Record);
