using System.Collections.Concurrent;
using System.Net;
using Heliostat.Transport;

namespace Heliostat.Client.Connections.Probing;

/// <summary>Says of connections that failed before they were of use what the listener is, where that can be found out: a cause that can be acted upon.</summary>
internal sealed class ListenerCheck(ClientOptions options, ListenerProbe probe)
{
    private readonly ConcurrentDictionary<DnsEndPoint, bool> _served = [];

    /// <summary>The endpoint has answered a request: what fails from now on is no matter of what it is.</summary>
    public void Served(DnsEndPoint endpoint) => _served.TryAdd(endpoint, true);

    /// <summary>The failure in words that say what the listener wants; as it is where there are none.</summary>
    public async ValueTask<KafkaConnectionException> ExplainAsync(KafkaConnectionException failure, CancellationToken ct)
    {
        if (failure is not { Endpoint: { } endpoint, Failure: ConnectionFailure.Closed or ConnectionFailure.TimedOut or ConnectionFailure.NotKafka } || _served.ContainsKey(endpoint))
        {
            return failure;
        }

        return (await probe.AskAsync(endpoint, ct)).Describe(options.Security.Tls is not null) is { } what
            ? new KafkaConnectionException($"{options.Cluster}: {endpoint.Host}:{endpoint.Port} {what}", endpoint, ConnectionFailure.WrongListener, failure)
            : failure;
    }
}
