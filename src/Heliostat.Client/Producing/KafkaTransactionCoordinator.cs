using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>A coordinator in a real cluster.</summary>
internal sealed class KafkaTransactionCoordinator(KafkaClient client, string transactionalId) : ITransactionCoordinator
{
    public async ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct) where TResponse : IBody, new()
    {
        try
        {
            var node = await client.FindCoordinatorAsync(CoordinatorType.Transaction, transactionalId, ct);
            var connection = await client.ConnectionAsync(node, ConnectionPurpose.Transaction, ct);
            return await connection.CallAsync(request, ct);
        }
        catch (KafkaConnectionException)
        {
            Forget();
            throw;
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnsupportedVersion && request.MinVersion == 0)
        {
            throw new KafkaErrorException(
                failure.Code,
                $"{client.Options.Cluster}: transactional id '{transactionalId}': transactions need Kafka 0.11 or newer: "
                    + $"{failure.Message}");
        }
    }

    public void Forget() => client.ForgetCoordinator(CoordinatorType.Transaction, transactionalId);
}
