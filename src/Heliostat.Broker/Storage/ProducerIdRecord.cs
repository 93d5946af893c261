namespace Heliostat.Broker.Storage;

/// <summary>Producer ids below this may have been given out.</summary>
internal sealed record ProducerIdRecord(long Next) : StateRecord
{
    internal override string Key => "producer-id";
}
