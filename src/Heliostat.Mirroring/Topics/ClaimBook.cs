using System.Text;

namespace Heliostat.Mirroring.Topics;

/// <summary>Claims, marks and origins that a state topic holds, the newest of each. Thread-safe.</summary>
internal sealed class ClaimBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Topic, string? By), TopicClaim> _claims = [];
    private readonly Dictionary<string, string> _marks = new(StringComparer.Ordinal);

    /// <summary>Takes in a record of the state topic; others than ours are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (!ClaimRecord.TryReadKey(key, out var topic, out var by))
        {
            return;
        }

        var claim = topic is not null && value is not null ? ClaimRecord.Read(topic, by, value) : null;
        lock (_gate)
        {
            if (topic is null)
            {
                Put(_marks, by!, value is null ? null : Encoding.UTF8.GetString(value));
            }
            else
            {
                Put(_claims, (topic, by), claim);
            }
        }
    }

    /// <summary>All claims, and all topics that are had.</summary>
    public IReadOnlyList<TopicClaim> Claims()
    {
        lock (_gate)
        {
            return [.. _claims.Values];
        }
    }

    /// <summary>Where a topic of the target comes from; null where nobody said.</summary>
    public TopicClaim? Origin(string remote)
    {
        lock (_gate)
        {
            return _claims.GetValueOrDefault((remote, null));
        }
    }

    /// <summary>The newest mark of who claims; empty where there is none.</summary>
    public string Mark(string by)
    {
        lock (_gate)
        {
            return _marks.GetValueOrDefault(by, "");
        }
    }

    /// <summary>All who left a mark.</summary>
    public IReadOnlyList<string> Claimants()
    {
        lock (_gate)
        {
            return [.. _marks.Keys];
        }
    }

    private static void Put<TKey, TValue>(Dictionary<TKey, TValue> all, TKey key, TValue? value)
        where TKey : notnull
        where TValue : class
    {
        if (value is null)
        {
            all.Remove(key);
        }
        else
        {
            all[key] = value;
        }
    }
}
