namespace Heliostat.Broker.Storage;

/// <summary>A transactional id.</summary>
internal sealed record TransactionRecord : StateRecord
{
    public required string TransactionalId { get; init; }

    public required long ProducerId { get; init; }

    public required short ProducerEpoch { get; init; }

    public required long PreviousProducerId { get; init; }

    public required short LastProducerEpoch { get; init; }

    public required int TimeoutMs { get; init; }

    /// <summary>Where it stands (TransactionStatus).</summary>
    public required string Status { get; init; }

    public required long StartMs { get; init; }

    public required bool EndedWithBump { get; init; }

    /// <summary>Whether its transaction was decided, and how, though perhaps not every marker is written.</summary>
    public bool? Ending { get; init; }

    /// <summary>The partitions of the open transaction, by topic.</summary>
    public required Dictionary<string, int[]> Partitions { get; init; }

    public required string[] Groups { get; init; }

    internal override string Key => KeyOf(TransactionalId);

    public static string KeyOf(string transactionalId) => $"transaction {transactionalId}";
}
