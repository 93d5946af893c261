using Heliostat.Client.Connections.Handshake;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Connections;

/// <summary>
/// Logs in again over an open connection before its session is over (KIP-368): otherwise the broker closes it at the next request.
/// Everybody else's requests are held back meanwhile, and those under way are answered first. What fails costs this connection only: the
/// next one logs in anew.
/// </summary>
internal sealed partial class ReauthenticationLoop(BrokerConnection connection, Func<SaslLogin> login, Random random, TimeProvider time,
    ILogger logger)
{
    /// <summary>
    /// As Java's clients: somewhere between 85 and 95 % of the lifetime, so that connections of one moment do not come back in one moment.
    /// </summary>
    private const double Earliest = 0.85;
    private const double Spread = 0.1;

    public async Task RunAsync(CancellationToken ct)
    {
        while (connection is { IsOpen: true, SessionLifetime: var lifetime } && lifetime > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(lifetime * (Earliest + Spread * random.NextDouble()), time, ct);
                using var turn = connection.TakeTurn();
                connection.SessionLifetime = await login().LogInAsync(connection, turn, ct);
                Log.Again(logger, connection.Endpoint.Host, connection.Endpoint.Port, connection.SessionLifetime.TotalSeconds);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (KafkaConnectionException failure)
            {
                if (connection.IsOpen)
                {
                    Log.Failed(logger, failure.Message);
                    connection.Close(failure);
                }

                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Reauthenticated, LogLevel.Debug, "{Host}:{Port}: logged in again for {Seconds} s")]
        public static partial void Again(ILogger logger, string host, int port, double seconds);

        [LoggerMessage(EventIds.NotReauthenticated, LogLevel.Warning,
            "{Cause}; the session was to be renewed, its connection is closed and opened anew")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
