using System.Collections.Concurrent;
using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Routing;

public sealed partial class KafkaClient
{
    private readonly ConcurrentDictionary<(CoordinatorType Type, string Key), int> _coordinators = [];

    /// <summary>
    /// Asks the coordinator of <paramref name="key"/>, found and remembered; looks it up again or waits while <paramref name="errorOf"/>
    /// finds NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE or COORDINATOR_LOAD_IN_PROGRESS in the answer and there is time. An answer with
    /// another error is returned.
    /// </summary>
    public async ValueTask<TResponse> CallCoordinatorAsync<TResponse>(
        CoordinatorType type, string key, IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct)
        where TResponse : IBody, new()
    {
        ArgumentNullException.ThrowIfNull(errorOf);
        var start = _time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                var node = await FindCoordinatorAsync(type, key, ct);
                var connection = await ConnectionAsync(node, ConnectionPurpose.General, ct);
                var answer = await connection.CallAsync(request, ct);
                switch (errorOf(answer))
                {
                    case ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable when !IsOver(start):
                        ForgetCoordinator(type, key);
                        break;
                    case ErrorCode.CoordinatorLoadInProgress when !IsOver(start):
                        break;
                    default:
                        return answer;
                }
            }
            catch (KafkaConnectionException) when (!IsOver(start))
            {
                ForgetCoordinator(type, key);
            }

            await Task.Delay(_backOff.Next(failures), _time, ct);
        }
    }

    /// <summary>The node id of the coordinator of <paramref name="key"/>, remembered until <see cref="ForgetCoordinator"/>.</summary>
    public async ValueTask<int> FindCoordinatorAsync(CoordinatorType type, string key, CancellationToken ct)
    {
        if (_coordinators.TryGetValue((type, key), out var known) && Metadata.Current.Brokers.ContainsKey(known))
        {
            return known;
        }

        var start = _time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            var answer = await CallAnyAsync(new FindCoordinatorRequest { Key = key, KeyType = type, CoordinatorKeys = [key] }, ct);
            var (code, node) = answer.Coordinators.Count > 0
                ? (answer.Coordinators[0].ErrorCode, answer.Coordinators[0].NodeId)
                : (answer.ErrorCode, answer.NodeId);
            if (code == ErrorCode.None)
            {
                if (!Metadata.Current.Brokers.ContainsKey(node))
                {
                    await Metadata.RefreshAsync(ct);
                }

                _coordinators[(type, key)] = node;
                return node;
            }

            if (!code.IsRetriable() || IsOver(start))
            {
                throw new KafkaErrorException(code,
                    $"{Options.Cluster}: no coordinator for {(type == CoordinatorType.Group ? "group" : "transactional id")} '{key}': "
                        + $"{code.Name()}");
            }

            await Task.Delay(_backOff.Next(failures), _time, ct);
        }
    }

    /// <summary>The coordinator moved: the next call looks it up.</summary>
    public void ForgetCoordinator(CoordinatorType type, string key) => _coordinators.TryRemove((type, key), out _);
}
