namespace Heliostat.Client.Connections.Handshake;

/// <summary>Takes for granted what a broker speaks that cannot be asked.</summary>
internal sealed class KnownVersionsStep(ApiRanges ranges) : IHandshakeStep
{
    public ValueTask RunAsync(BrokerConnection connection, CancellationToken ct)
    {
        connection.Ranges = ranges;
        return ValueTask.CompletedTask;
    }
}
