using System.Globalization;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Protocol.Messages;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Fences the tasks that an earlier run of a flow had beyond those of this one (Connect's zombie fencing, KIP-618): the flow's own
/// transactional ids are taken over by its slots, but one that ran with a larger <c>tasks.max</c> would go on under the others. Which they
/// were stands on the target itself.
/// </summary>
internal sealed partial class FormerTasks(AdminClient target, string cluster, string idPrefix, ILogger logger)
{
    /// <summary>Fences all from task <paramref name="tasks"/> on.</summary>
    /// <exception cref="KafkaErrorException">The target does not say who there is, or does not let one be fenced.</exception>
    public async Task FenceAsync(int tasks, CancellationToken ct)
    {
        var known = await ListAsync(ct);
        var former = known.Select(state => state.TransactionalId).Where(id => IsTaskFrom(tasks, id)).ToArray();
        var errors = await Settling.AllAsync(former.Select(id => target.FenceProducerAsync(id, ct).HereAsync()));
        foreach (var (id, error) in former.Zip(errors))
        {
            if (error != ErrorCode.None)
            {
                throw new KafkaErrorException(error, $"{cluster}: the former task '{id}' cannot be fenced: {error.Name()}");
            }

            LogFenced(logger, cluster, id);
        }
    }

    private async Task<IReadOnlyList<ListTransactionsTransactionState>> ListAsync(CancellationToken ct)
    {
        try
        {
            var answer = await target.ListTransactionsAsync(ct);
            return answer.ErrorCode == ErrorCode.None
                ? answer.TransactionStates
                : throw new KafkaErrorException(answer.ErrorCode,
                    $"{cluster}: the transactional ids cannot be listed: {answer.ErrorCode.Name()}");
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion)
        {
            LogUnknown(logger, cluster);
            return [];
        }
    }

    private bool IsTaskFrom(int tasks, string id) =>
        id.StartsWith(idPrefix, StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(idPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var task) && task >= tasks;

    [LoggerMessage(EventIds.FormerTaskFenced, LogLevel.Debug, "{Cluster}: '{Id}', of a run with more tasks, is fenced")]
    private static partial void LogFenced(ILogger logger, string cluster, string id);

    [LoggerMessage(EventIds.FormerTasksUnknown, LogLevel.Information,
        "{Cluster}: brokers before 3.0 do not tell transactional ids: a process that ran this flow with a larger tasks.max has to be ended "
            + "by hand")]
    private static partial void LogUnknown(ILogger logger, string cluster);
}
