using Heliostat.Client.Admin;
using Heliostat.Mirroring.Clusters;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Finds whose transactions hold back the last stable offset of partitions (KIP-664), as far as the brokers tell and this client may ask.
/// </summary>
internal sealed class OpenTransactions(AdminClient admin)
{
    /// <summary>The oldest open transaction of each partition; of one that cannot be found out, what is known: nothing.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, OpenTransaction>> FindAsync(IReadOnlyCollection<TopicPartition> partitions,
        CancellationToken ct)
    {
        var producers = await OldestProducersAsync(partitions, ct);
        var named = await NamedAsync([.. producers.Values.OfType<long>().Distinct()], ct);
        return partitions.ToDictionary(
            partition => partition,
            partition => producers.GetValueOrDefault(partition) is { } producer
                ? named.GetValueOrDefault(producer, new OpenTransaction(producer, null, null, null))
                : default);
    }

    private async Task<Dictionary<TopicPartition, long?>> OldestProducersAsync(IReadOnlyCollection<TopicPartition> partitions,
        CancellationToken ct)
    {
        try
        {
            return (await admin.DescribeProducersAsync(partitions, ct)).ToDictionary(
                entry => entry.Key,
                entry => entry.Value.ActiveProducers
                    .Where(producer => producer.CurrentTxnStartOffset >= 0).MinBy(producer => producer.CurrentTxnStartOffset)?.ProducerId);
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            // Before 2.8, or on its way.
            return [];
        }
    }

    private async Task<Dictionary<long, OpenTransaction>> NamedAsync(List<long> producerIds, CancellationToken ct)
    {
        var named = new Dictionary<long, OpenTransaction>();
        if (producerIds.Count == 0)
        {
            return named;
        }

        try
        {
            foreach (var listed in (await admin.ListTransactionsAsync(producerIds, ct)).TransactionStates)
            {
                var state = await admin.DescribeTransactionAsync(listed.TransactionalId, ct);
                named[listed.ProducerId] = state.ErrorCode == ErrorCode.None && state.TransactionStartTimeMs >= 0
                    ? new OpenTransaction(
                        listed.ProducerId, listed.TransactionalId, DateTimeOffset.FromUnixTimeMilliseconds(state.TransactionStartTimeMs),
                        TimeSpan.FromMilliseconds(state.TransactionTimeoutMs))
                    : new OpenTransaction(listed.ProducerId, listed.TransactionalId, null, null);
            }
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            // Before 3.0, or not ours to see: the producer id has to do.
        }

        return named;
    }
}
