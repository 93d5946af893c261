namespace Heliostat.Client.Transactions;

/// <summary>Who speaks with the coordinator, and who hears of what goes wrong.</summary>
/// <param name="Cluster">The cluster's name in messages.</param>
/// <param name="TransactionalId">What is owned.</param>
/// <param name="Timeout">After which the coordinator aborts what is open.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Jitter.</param>
internal sealed record TransactionOwner(string Cluster, string TransactionalId, TimeSpan Timeout, TimeProvider Time, Random Random)
{
    /// <summary>An answer says: not now.</summary>
    public Action<ErrorCode, string> Failed { get; init; } = static (_, _) => { };

    /// <summary>No answer came, and why.</summary>
    public Action<string> Unreachable { get; init; } = static _ => { };
}
