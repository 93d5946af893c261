using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Routing;

public sealed partial class KafkaClient
{
    /// <summary>Asks whichever broker answers; retries on other brokers while there is time.</summary>
    /// <exception cref="KafkaConnectionException">No broker answered; the message is the last attempt's.</exception>
    public async ValueTask<TResponse> CallAnyAsync<TResponse>(IRequest<TResponse> request, CancellationToken ct)
        where TResponse : IBody, new()
    {
        var start = _time.GetTimestamp();
        for (var failures = 0; ;)
        {
            KafkaConnectionException? last = null;
            var hopeless = true;
            foreach (var node in Candidates())
            {
                try
                {
                    var connection = await ConnectionAsync(node, ConnectionPurpose.General, ct);
                    return await connection.CallAsync(request, ct);
                }
                catch (KafkaConnectionException failure)
                {
                    last = failure;
                    hopeless &= failure.Failure is ConnectionFailure.NotKafka or ConnectionFailure.WrongListener
                        or ConnectionFailure.AuthenticationFailed or ConnectionFailure.TlsFailed;
                }

                // Without any time each candidate is asked once all the same: the first may be the only one that is gone.
                if (IsOver(start) && Options.CallTimeout > TimeSpan.Zero)
                {
                    throw last;
                }
            }

            // Another protocol will not turn into Kafka's by waiting, nor a wrong password into the right one.
            if (hopeless || IsOver(start))
            {
                throw last!;
            }

            await Task.Delay(_backOff.Next(++failures), _time, ct);
        }
    }

    /// <summary>Asks one node; retries over new connections while there is time.</summary>
    public async ValueTask<TResponse> CallNodeAsync<TResponse>(int nodeId, IRequest<TResponse> request, CancellationToken ct)
        where TResponse : IBody, new()
    {
        var start = _time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                var connection = await ConnectionAsync(nodeId, ConnectionPurpose.General, ct);
                return await connection.CallAsync(request, ct);
            }
            catch (KafkaConnectionException) when (!IsOver(start))
            {
                Metadata.Invalidate();
            }

            await Task.Delay(_backOff.Next(failures), _time, ct);
        }
    }

    /// <summary>
    /// Asks the controller; looks it up again when <paramref name="errorOf"/> finds NOT_CONTROLLER in the answer. An answer with another
    /// error is returned.
    /// </summary>
    public async ValueTask<TResponse> CallControllerAsync<TResponse>(
        IRequest<TResponse> request, Func<TResponse, ErrorCode> errorOf, CancellationToken ct) where TResponse : IBody, new()
    {
        ArgumentNullException.ThrowIfNull(errorOf);
        var start = _time.GetTimestamp();
        var controller = Metadata.Current.ControllerId;
        for (var failures = 1; ; failures++)
        {
            if (controller < 0)
            {
                controller = (await Metadata.RefreshAsync(ct)).ControllerId;
                await CheckIsSpokenAsync(controller, request, ct);
            }

            if (controller >= 0)
            {
                try
                {
                    var connection = await ConnectionAsync(controller, ConnectionPurpose.General, ct);

                    // What changes the cluster may be held back until all brokers know.
                    var answer = await connection.CallAsync(request, Options.RequestTimeout, ct);
                    if (errorOf(answer) != ErrorCode.NotController || IsOver(start))
                    {
                        return answer;
                    }
                }
                catch (KafkaConnectionException) when (!IsOver(start))
                {
                    // The controller may be another one by now.
                }
            }
            else if (IsOver(start))
            {
                throw new KafkaConnectionException($"{Options.Cluster}: the cluster names no controller", null,
                    ConnectionFailure.Unreachable);
            }

            controller = -1;
            await Task.Delay(_backOff.Next(failures), _time, ct);
        }
    }

    /// <summary>Before 0.10 brokers name no controller (-1), and do not know what is asked of one.</summary>
    private async Task CheckIsSpokenAsync<TResponse>(int controller, IRequest<TResponse> request, CancellationToken ct)
        where TResponse : IBody, new()
    {
        try
        {
            _ = controller >= 0
                ? (short)0
                : (await ConnectionAsync(Candidates()[0], ConnectionPurpose.General, ct)).VersionOf(request.Api, request.MinVersion);
        }
        catch (KafkaConnectionException)
        {
            // Asked again, or told, by the caller.
        }
    }

    /// <summary>
    /// Known brokers, those with an open connection first, then the bootstrap servers: they may name brokers that replaced all we knew
    /// (KIP-899).
    /// </summary>
    private int[] Candidates()
    {
        var known = Metadata.Current.Brokers.Keys.ToArray();
        Options.Random.Shuffle(known);
        known = [.. known.OrderByDescending(node => _connections.IsOpen(node, ConnectionPurpose.General))];
        return [.. known, .. Enumerable.Range(0, Options.BootstrapServers.Count).Select(i => -1 - i)];
    }

    private bool IsOver(long start) => _time.GetElapsedTime(start) >= Options.CallTimeout;
}
