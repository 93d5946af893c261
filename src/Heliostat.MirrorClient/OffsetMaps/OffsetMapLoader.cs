using Heliostat.Protocol;

namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>
/// Makes offset maps of the records of an offset-map topic. Damaged parts, and those that a truncation left behind, are found and left out.
/// Thread-safe.
/// </summary>
internal sealed class OffsetMapLoader
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, SortedDictionary<int, byte[]>> _lanes = [];

    /// <summary>
    /// Takes a record, in the topic's order; a null value deletes. Throws <see cref="MalformedFrameException"/> for a key that is none.
    /// </summary>
    public void Add(ReadOnlySpan<byte> key, byte[]? value)
    {
        var part = OffsetMapKey.Read(key);
        lock (_gate)
        {
            Add(part, value);
        }
    }

    /// <summary>
    /// The map of a lane; an empty one if there is none. It ends before the first part that is damaged or does not join the one before, and
    /// <paramref name="problem"/> says so: whoever resumes the lane marks the rest as unknown.
    /// </summary>
    public OffsetMap Load(TopicPartition sourcePartition, out string? problem)
    {
        lock (_gate)
        {
            return LoadHeld(sourcePartition, out problem);
        }
    }

    private void Add(OffsetMapKey part, byte[]? value)
    {
        if (value is not null)
        {
            if (!_lanes.TryGetValue(part.SourcePartition, out var parts))
            {
                _lanes[part.SourcePartition] = parts = [];
            }

            parts[part.Chunk] = value;
        }
        else if (_lanes.TryGetValue(part.SourcePartition, out var parts) && parts.Remove(part.Chunk) && parts.Count == 0)
        {
            _lanes.Remove(part.SourcePartition);
        }
    }

    private OffsetMap LoadHeld(TopicPartition sourcePartition, out string? problem)
    {
        var map = new OffsetMap(sourcePartition);
        problem = null;
        if (_lanes.TryGetValue(sourcePartition, out var parts))
        {
            var chunks = Read(sourcePartition, parts, out problem);
            map.Load(chunks, parts.Keys.Except(chunks.Select(chunk => chunk.Number)));
        }

        return map;
    }

    private static List<OffsetMapChunk> Read(TopicPartition lane, SortedDictionary<int, byte[]> parts, out string? problem)
    {
        List<OffsetMapChunk> chunks = [];
        problem = null;
        foreach (var (number, value) in parts)
        {
            OffsetMapChunk chunk;
            try
            {
                chunk = OffsetMapChunk.Read(number, value);
            }
            catch (MalformedFrameException malformed)
            {
                problem = $"offset map of {lane}: part {number} is damaged, it and what follows are left out: {malformed.Message}";
                return chunks;
            }

            if (chunks.Count > 0)
            {
                var last = chunks[^1];
                if (chunk.Generation < last.Generation)
                {
                    return chunks; // left behind by a truncation
                }

                if (number != last.Number + 1 || chunk.Runs.BaseSource != last.EndSource || chunk.Runs.BaseTarget != last.EndTarget)
                {
                    problem = $"offset map of {lane}: part {number} does not join part {last.Number}, it and what follows are left out";
                    return chunks;
                }
            }

            chunks.Add(chunk);
        }

        return chunks;
    }
}
