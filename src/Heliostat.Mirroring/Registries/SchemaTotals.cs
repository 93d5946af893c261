namespace Heliostat.Mirroring.Registries;

/// <summary>How the schemas of a flow stand, for as long as the process has the flow. Thread-safe.</summary>
internal sealed class SchemaTotals
{
    private SchemaStatus? _status;
    private long _registered;

    /// <summary>How they stood when they were last looked at; null when they were not yet.</summary>
    public SchemaStatus? Status
    {
        get => Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, value);
    }

    /// <summary>Schemas that were registered.</summary>
    public long Registered => Interlocked.Read(ref _registered);

    /// <summary>One more was registered.</summary>
    public void Count() => Interlocked.Increment(ref _registered);
}
