using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Groups.Assignment;

/// <summary>StickyAssignor's user data: the last assignment by topic, and from schema 1 on its generation at the end.</summary>
internal sealed class StickyUserData : IBody
{
    private List<StickyTopic> _previousAssignment = [];
    private int _generation = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref _previousAssignment);
        if (w.Version >= 1) w.Int32(ref _generation);
    }

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<TopicPartition> partitions, int generation)
    {
        var body = new StickyUserData { _generation = generation };
        foreach (var topic in partitions.GroupBy(p => p.Topic))
        {
            body._previousAssignment.Add(new StickyTopic { Topic = topic.Key, Partitions = [.. topic.Select(p => p.Partition)] });
        }

        var buffer = new WireBuffer();
        new WireWriter(buffer, version: 1, flexible: false).Body(ref body);
        return buffer.ToArray();
    }

    /// <summary>
    /// Nothing, of generation -1, where there is no data or it cannot be understood: the member then starts afresh, as in Java.
    /// </summary>
    public static (List<TopicPartition> Partitions, int Generation) Read(ReadOnlyMemory<byte>? data)
    {
        if (data is not { Length: > 0 } bytes)
        {
            return ([], -1);
        }

        for (short version = 1; version >= 0; version--)
        {
            try
            {
                var body = new StickyUserData();
                new WireReader(bytes.ToArray(), version, flexible: false).Body(ref body);
                return ([.. body._previousAssignment.SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Topic, p)))],
                    body._generation);
            }
            catch (MalformedFrameException)
            {
                // Schema 0 has no generation; what fits neither is ignored.
            }
        }

        return ([], -1);
    }

    private sealed class StickyTopic : IBody
    {
        public string Topic = "";
        public List<int> Partitions = [];

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.String(ref Topic);
            w.Int32Array(ref Partitions);
        }
    }
}
