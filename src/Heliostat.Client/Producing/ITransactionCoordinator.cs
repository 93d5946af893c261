using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>The broker that coordinates the transactions of one transactional id.</summary>
internal interface ITransactionCoordinator
{
    /// <summary>
    /// Asks it once; the answer's error codes stay in it. Throws <see cref="KafkaConnectionException"/>, after which it may have been done
    /// or may still be, and <see cref="KafkaErrorException"/> when there is no coordinator to ask.
    /// </summary>
    ValueTask<TResponse> AskAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct) where TResponse : IBody, new();

    /// <summary>It may be another broker by now.</summary>
    void Forget();
}
