namespace Heliostat.Mirroring.InternalTopics;

/// <summary>A batch of magic 2 with so many records.</summary>
internal readonly record struct KeyedBatch(byte[] Bytes, int Records);
