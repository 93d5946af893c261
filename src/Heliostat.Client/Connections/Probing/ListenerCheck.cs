using System.Collections.Concurrent;
using System.Net;
using Heliostat.Transport;

namespace Heliostat.Client.Connections.Probing;

/// <summary>
/// Says of connections that failed before they were of use what the listener is, where that can be found out: a cause that can be acted
/// upon.
/// </summary>
internal sealed class ListenerCheck(ClientOptions options, ListenerProbe probe, TimeProvider time)
{
    /// <summary>An answer that takes longer may never come: brokers before 0.10 leave open what they do not know.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<DnsEndPoint, bool> _served = [];

    /// <summary>The endpoint has answered a request: what fails from now on is no matter of what it is.</summary>
    public void Served(DnsEndPoint endpoint) => _served.TryAdd(endpoint, true);

    /// <summary>Which Kafka without ApiVersions the endpoint was found to be a broker of; null where it was not.</summary>
    public ListenerKind? OldKafka(DnsEndPoint endpoint) =>
        probe.Known(endpoint)?.Kind is ListenerKind.Kafka09 or ListenerKind.Kafka08 ? probe.Known(endpoint)!.Kind : null;

    /// <summary>The failure in words that say what the listener wants; as it is where there are none.</summary>
    public async ValueTask<KafkaConnectionException> ExplainAsync(KafkaConnectionException failure, CancellationToken ct)
    {
        if (failure is not
            {
                Endpoint: { } endpoint, Failure: ConnectionFailure.Closed or ConnectionFailure.TimedOut
            or ConnectionFailure.NotKafka
            } || _served.ContainsKey(endpoint))
        {
            return failure;
        }

        return await LookAsync(endpoint, failure, ct) ?? failure;
    }

    /// <summary>
    /// Waits with <paramref name="connection"/> for its first answer: once that is late, finds out what the listener is, and closes it if
    /// it will never answer.
    /// </summary>
    /// <param name="connection">Asked its first question.</param>
    /// <param name="answered">Cancelled with the answer.</param>
    public async Task WatchAsync(BrokerConnection connection, CancellationToken answered)
    {
        try
        {
            await Task.Delay(Late, time, answered);
            if (await LookAsync(connection.Endpoint, failure: null, answered) is { } found)
            {
                connection.Close(found);
            }
        }
        catch (OperationCanceledException) when (answered.IsCancellationRequested)
        {
            // It came.
        }
    }

    private async ValueTask<KafkaConnectionException?> LookAsync(DnsEndPoint endpoint, KafkaConnectionException? failure,
        CancellationToken ct) =>
            (await probe.AskAsync(endpoint, ct)).Describe(options.Security.Tls is not null) is { } what
                ? new KafkaConnectionException($"{options.Cluster}: {endpoint.Host}:{endpoint.Port} {what}", endpoint,
                    ConnectionFailure.WrongListener, failure)
                : null;
}
