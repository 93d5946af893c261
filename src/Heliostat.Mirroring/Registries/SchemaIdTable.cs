using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Heliostat.Mirroring.Registries;

/// <summary>
/// Which ids schemas have in the target's registry, as far as that is known. Read by lanes at each record, written by whoever asks the
/// registries. Thread-safe.
/// <list type="bullet">
/// <item>A. An id never becomes another one: what was written with it is read by it.</item>
/// <item>B. What lanes ask for is bounded: of what is no id, there may be any number.</item>
/// </list>
/// </summary>
internal sealed class SchemaIdTable
{
    private const int MostAsked = 1000;
    private const int MostUnknown = 100_000;

    private readonly ConcurrentDictionary<int, int> _ids = new();
    private readonly ConcurrentDictionary<int, bool> _asked = new();
    private readonly ConcurrentDictionary<int, bool> _unknown = new();
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite
    });

    /// <summary>How many are known.</summary>
    public int Count => _ids.Count;

    /// <summary>How many the source's registry was asked for and does not know.</summary>
    public int Unknown => _unknown.Count;

    /// <summary>What lanes wait for.</summary>
    public IReadOnlyList<int> Asked => [.. _asked.Keys];

    /// <summary>Ends when a lane asks for an id. One caller at a time.</summary>
    public async Task AskedAsync(CancellationToken ct)
    {
        await _wanted.Reader.WaitToReadAsync(ct);
        _wanted.Reader.TryRead(out _);
    }

    /// <summary>The id that a schema of the source has on the target. Where that is not known, it is asked for.</summary>
    public SchemaIdStanding Find(int id, out int there)
    {
        if (_ids.TryGetValue(id, out there))
        {
            return SchemaIdStanding.Known;
        }

        // Registries number from 1 on: what is not such a number is asked for of nobody.
        if (id <= 0 || _unknown.ContainsKey(id))
        {
            return SchemaIdStanding.Unknown;
        }

        if (_asked.Count < MostAsked && _asked.TryAdd(id, true))
        {
            _wanted.Writer.TryWrite(true);
        }

        return SchemaIdStanding.NotYet;
    }

    /// <summary>An id has that id on the target; false where it was known to have another.</summary>
    public bool Learn(int id, int there)
    {
        if (_ids.GetOrAdd(id, there) != there)
        {
            return false;
        }

        _unknown.TryRemove(id, out _);
        _asked.TryRemove(id, out _);
        return true;
    }

    /// <summary>The source's registry does not know an id.</summary>
    public void LearnUnknown(int id)
    {
        if (_unknown.Count >= MostUnknown)
        {
            _unknown.Clear();
        }

        _unknown[id] = true;
        _asked.TryRemove(id, out _);
    }
}
