namespace Heliostat.Client.Transactions;

/// <summary>How far asking for the end of a transaction has come.</summary>
/// <param name="IsDone">The coordinator has it in its log.</param>
/// <param name="IsRefused">The coordinator will not have it.</param>
/// <param name="MayBeDone">It is not known: an attempt may have ended it.</param>
/// <param name="IsLost">An answer was lost, so the request may still arrive, and would end another transaction of the same epoch.</param>
/// <param name="Code">The last error; NONE when there was none.</param>
/// <param name="Message">The error in words.</param>
internal readonly record struct TransactionEnd(bool IsDone, bool IsRefused, bool MayBeDone, bool IsLost, ErrorCode Code, string? Message);
