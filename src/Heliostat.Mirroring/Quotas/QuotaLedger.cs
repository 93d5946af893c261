using System.Collections.Concurrent;
using Heliostat.Mirroring.InternalTopics;

namespace Heliostat.Mirroring.Quotas;

/// <summary>The quotas of the target that are known to be copies, as they were copied, whichever process did it. Thread-safe.</summary>
internal sealed class QuotaLedger
{
    private readonly ConcurrentDictionary<QuotaPlace, double> _copied = [];

    /// <summary>Each with the value that was copied.</summary>
    public IReadOnlyDictionary<QuotaPlace, double> Copied => _copied;

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (QuotaPlace.Read(key) is not { } place)
        {
            return;
        }

        if (value is not null && StateJson.Read(value, json => new Box(json.GetProperty("value").GetDouble())) is { } read)
        {
            _copied[place] = read.Value;
        }
        else
        {
            _copied.TryRemove(place, out _);
        }
    }

    /// <summary>What the state topic is to hold of a quota; null for nothing.</summary>
    public static KeyedRecord Record(QuotaPlace place, double? copied) => new(place.Write(), copied is not { } value ? null
        : StateJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("value", value);
            json.WriteEndObject();
        }));

    private sealed record Box(double Value);
}
