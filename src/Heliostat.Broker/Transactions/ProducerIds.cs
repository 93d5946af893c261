namespace Heliostat.Broker.Transactions;

/// <summary>Gives out producer ids, each once.</summary>
internal sealed class ProducerIds
{
    private long _next;

    /// <summary>The id that is given out next.</summary>
    public long Next
    {
        get => Interlocked.Read(ref _next);
        set => Interlocked.Exchange(ref _next, value);
    }

    public long Take() => Interlocked.Increment(ref _next) - 1;
}
