namespace Heliostat.Broker.Logs;

/// <summary>What became of a batch.</summary>
internal readonly record struct AppendResult
{
    private AppendResult(ErrorCode error)
    {
        Error = error;
        BaseOffset = LogAppendTimeMs = LogStartOffset = -1;
    }

    /// <summary>Why it was refused.</summary>
    public ErrorCode Error { get; private init; }

    /// <summary>Its first offset, also when it had been appended before; -1 when it was refused.</summary>
    public long BaseOffset { get; private init; }

    /// <summary>The broker's time, where the topic stamps it; else -1.</summary>
    public long LogAppendTimeMs { get; private init; }

    /// <summary>The first offset of the log, where Kafka tells it; else -1.</summary>
    public long LogStartOffset { get; private init; }

    /// <summary>Words on the refusal, where Kafka has any for the client.</summary>
    public string? Message { get; private init; }

    /// <summary>The records that were the reason (KIP-467).</summary>
    public IReadOnlyList<RecordError>? RecordErrors { get; private init; }

    /// <summary>Whether the log is longer by it.</summary>
    public bool IsNew { get; private init; }

    public static AppendResult Refused(ErrorCode error, string? message = null, IReadOnlyList<RecordError>? records = null) =>
        new(error) { Message = message, RecordErrors = records };

    public static AppendResult Appended(long baseOffset, long logAppendTimeMs, long logStartOffset) =>
        new(ErrorCode.None) { BaseOffset = baseOffset, LogAppendTimeMs = logAppendTimeMs, LogStartOffset = logStartOffset, IsNew = true };

    /// <summary>
    /// Appended before: answered with what was answered then, its timestamp in place of the broker's time, as Kafka does.
    /// </summary>
    public static AppendResult Duplicate(ProducedBatch known, long logStartOffset) =>
        new(ErrorCode.None) { BaseOffset = known.FirstOffset, LogAppendTimeMs = known.Timestamp, LogStartOffset = logStartOffset };

    /// <summary>The same, with the log start where Kafka tells it beside the error.</summary>
    public AppendResult WithLogStart(long logStartOffset) =>
        Error is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.CorruptMessage
            ? this
            : this with { LogStartOffset = logStartOffset };
}
