namespace Heliostat.Demo.Audit;

/// <summary>A record as the audit keeps it.</summary>
/// <param name="Offset">Where it stands.</param>
/// <param name="Number">The number that its producer gave it; -1 for none.</param>
/// <param name="Identity">A hash of all that a mirror must preserve: timestamp, key, value, headers.</param>
/// <param name="Key">A hash of its key.</param>
internal readonly record struct AuditedRecord(long Offset, long Number, UInt128 Identity, UInt128 Key);
