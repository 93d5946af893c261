namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// The properties that one client, connector or worker is given, each with its origin. Keys are unique and in no particular order.
/// </summary>
public sealed class EffectiveProperties
{
    private readonly Dictionary<string, EffectiveValue> _values = new(StringComparer.Ordinal);

    public IReadOnlyCollection<EffectiveValue> Values => _values.Values;

    /// <summary>The value of <paramref name="key"/>, or null when nothing was given for it.</summary>
    public EffectiveValue? this[string key] => _values.GetValueOrDefault(key);

    /// <summary><c>Map.put</c>: the new value wins over the one that is there.</summary>
    internal void Put(EffectiveValue value) =>
        _values[value.Key] = _values.TryGetValue(value.Key, out var weaker) ? value.Over(weaker) : value;

    /// <summary><c>Map.putIfAbsent</c>: the value that is there wins.</summary>
    internal void PutIfAbsent(EffectiveValue value) =>
        _values[value.Key] = _values.TryGetValue(value.Key, out var stronger) ? stronger.Over(value) : value;

    internal void PutAll(IEnumerable<EffectiveValue> values)
    {
        foreach (var value in values)
        {
            Put(value);
        }
    }

    /// <summary><c>Utils.entriesWithPrefix</c>: what begins with <paramref name="prefix"/> and is longer, the prefix taken off.</summary>
    internal IEnumerable<EffectiveValue> Stripped(string prefix) =>
        from value in _values.Values
        where value.Key.StartsWith(prefix, StringComparison.Ordinal) && value.Key.Length > prefix.Length
        select value with { Key = value.Key[prefix.Length..] };
}
