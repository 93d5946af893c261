namespace Heliostat.Client.Producing;

/// <summary>What a leader's answer says about a batch of an idempotent producer.</summary>
internal enum ProduceVerdict
{
    /// <summary>The target holds it.</summary>
    Appended,

    /// <summary>Its sequence does not follow what the leader holds of this producer.</summary>
    Gap,

    /// <summary>The leader knows a newer epoch of this producer id, or no open transaction of it.</summary>
    Fenced,

    /// <summary>It may or may not be appended; the same again may succeed.</summary>
    Retry,

    /// <summary>It is not appended, and the same again would not be.</summary>
    Refused,
}

/// <summary>The error codes as <see cref="ProduceVerdict"/>.</summary>
internal static class ProduceVerdicts
{
    /// <summary>
    /// CORRUPT_MESSAGE is retriable in Kafka's table, but the same bytes are corrupt again. An answer that says nothing definite
    /// (UNKNOWN_SERVER_ERROR, a number we do not know) is retried: that loses nothing and duplicates nothing.
    /// </summary>
    public static ProduceVerdict Of(ErrorCode code, bool transactional) => code switch
    {
        ErrorCode.InvalidTxnState or ErrorCode.TransactionAbortable or ErrorCode.TransactionalIdAuthorizationFailed when transactional =>
            ProduceVerdict.Fenced,
        ErrorCode.None or ErrorCode.DuplicateSequenceNumber => ProduceVerdict.Appended,
        ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId => ProduceVerdict.Gap,
        ErrorCode.InvalidProducerEpoch or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerIdMapping => ProduceVerdict.Fenced,
        ErrorCode.CorruptMessage => ProduceVerdict.Refused,
        ErrorCode.UnknownServerError or ErrorCode.RebootstrapRequired or ErrorCode.BrokerNotAvailable => ProduceVerdict.Retry,
        _ => code.IsRetriable() || !Enum.IsDefined(code) ? ProduceVerdict.Retry : ProduceVerdict.Refused,
    };
}
