namespace Heliostat.Broker.Storage;

/// <summary>A record that takes its key's place, or with null leaves it empty.</summary>
internal readonly record struct StateChange(string Key, StateRecord? Record)
{
    public static implicit operator StateChange(StateRecord record) => new(record.Key, record);

    public static StateChange Removal(string key) => new(key, null);
}
