namespace Heliostat.Client.Producing;

/// <summary>
/// Whether the leader is known to remember a producer (E of <see cref="ProduceQueue"/>): it acknowledged something of this epoch on this
/// connection, and not long ago, as it forgets who is silent (producer.id.expiration.ms).
/// </summary>
internal sealed class LeaderTrust(TimeProvider time)
{
    /// <summary>After this long without an acknowledgement the leader may have forgotten the producer.</summary>
    private static readonly TimeSpan WhenIdle = TimeSpan.FromMinutes(1);

    private object? _connection;
    private long _acknowledgedAt;

    /// <summary>No connection is trusted.</summary>
    public bool IsNone => _connection is null;

    /// <summary>The leader remembers the producer; while something is on its way there, no time passes.</summary>
    public bool Has(object connection, bool isInFlight) =>
        ReferenceEquals(_connection, connection) && (isInFlight || time.GetElapsedTime(_acknowledgedAt) < WhenIdle);

    public void Acknowledged(object? connection)
    {
        _connection = connection;
        _acknowledgedAt = time.GetTimestamp();
    }

    public void Lose() => _connection = null;
}
