using System.Collections.Concurrent;

namespace Heliostat.Mirroring.Deletions;

/// <summary>The mirrored topics of a flow that are gone from its source, whichever process saw it. Thread-safe.</summary>
internal sealed class GoneBook
{
    private readonly ConcurrentDictionary<string, GoneTopic> _topics = new(StringComparer.Ordinal);

    public IReadOnlyList<GoneTopic> All => [.. _topics.Values];

    /// <summary>Null for one that is not known to be gone.</summary>
    public GoneTopic? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>Takes in a record of the state topic; others than these are passed over.</summary>
    public void Take(ReadOnlySpan<byte> key, byte[]? value)
    {
        if (GoneTopic.TopicOf(key) is not { } topic)
        {
            return;
        }

        if (value is not null && GoneTopic.Read(topic, value) is { } read)
        {
            _topics[topic] = read;
        }
        else
        {
            _topics.TryRemove(topic, out _);
        }
    }
}
