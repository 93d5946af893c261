namespace Heliostat.Mirroring.InternalTopics;

/// <summary>A record of a compacted topic; a null value forgets its key.</summary>
internal readonly record struct KeyedRecord(byte[] Key, byte[]? Value);
