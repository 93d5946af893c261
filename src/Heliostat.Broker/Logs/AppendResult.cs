using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Logs;

/// <summary>What became of a batch.</summary>
/// <param name="Error">Why it was refused.</param>
/// <param name="BaseOffset">Its first offset, also when it had been appended before; -1 when it was refused.</param>
/// <param name="LogAppendTimeMs">The broker's time, where the topic stamps it; else -1.</param>
/// <param name="LogStartOffset">The first offset of the log.</param>
/// <param name="Message">Words on the refusal.</param>
/// <param name="RecordErrors">The records that were the reason (KIP-467).</param>
internal readonly record struct AppendResult(
    ErrorCode Error, long BaseOffset, long LogAppendTimeMs, long LogStartOffset, string? Message, IReadOnlyList<RecordError>? RecordErrors)
{
    public static AppendResult Refused(ErrorCode error, string? message = null, IReadOnlyList<RecordError>? records = null) =>
        new(error, -1, -1, -1, message, records);
}
