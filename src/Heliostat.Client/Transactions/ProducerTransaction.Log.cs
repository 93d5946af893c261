using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Transactions;

public sealed partial class ProducerTransaction
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.TransactionTakenOver, LogLevel.Information,
            "{Cluster}: transactional id '{TransactionalId}' is ours, as producer {ProducerId} in epoch {Epoch}")]
        public static partial void TakenOver(ILogger logger, string cluster, string transactionalId, long producerId, short epoch);

        [LoggerMessage(EventIds.TransactionRenewed, LogLevel.Information,
            "{Cluster}: transactional id '{TransactionalId}': the answer to a commit was lost, and it was repeated; what comes next "
                + "goes in epoch {Epoch}")]
        public static partial void Renewed(ILogger logger, string cluster, string transactionalId, short epoch);

        [LoggerMessage(EventIds.TransactionLost, LogLevel.Warning, "{Cause}")]
        public static partial void Lost(ILogger logger, string cause);
    }
}
