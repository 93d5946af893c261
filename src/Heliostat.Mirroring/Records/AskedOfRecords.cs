using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Records;

/// <summary>What is done to the records of a lane when its batches are built anew.</summary>
/// <param name="Codec">What batches are compressed with; null for what each was compressed with.</param>
/// <param name="Rules">What records become; null where they stay as they are.</param>
internal readonly record struct AskedOfRecords(CompressionCodec? Codec, RecordRules? Rules);
