using System.Globalization;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary>
/// The labels of topics and lanes, rendered when they are first seen, and kept as long as not too many of them were. Thread-safe.
/// </summary>
internal sealed class Labels
{
    /// <summary>Topics come and go: beyond it all are rendered anew.</summary>
    private const int MostKept = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Flow, string Topic), OfTopic> _topics = [];
    private int _kept;

    public byte[] Topic(string flow, string topic)
    {
        lock (_gate)
        {
            return Of(flow, topic).Text;
        }
    }

    /// <summary>Those of lanes, in their order: those of a topic that come together are looked for together.</summary>
    public byte[][] Lanes(IReadOnlyList<(string Flow, LaneProgress Lane)> lanes)
    {
        var texts = new byte[lanes.Count][];
        lock (_gate)
        {
            var (last, of) = ((Flow: "", Topic: ""), (OfTopic?)null);
            for (var i = 0; i < texts.Length; i++)
            {
                var (flow, lane) = lanes[i];
                if (of is null || last != (flow, lane.Topic))
                {
                    (last, of) = ((flow, lane.Topic), Of(flow, lane.Topic));
                }

                texts[i] = Of(of, flow, lane);
            }
        }

        return texts;
    }

    private OfTopic Of(string flow, string topic)
    {
        if (!_topics.TryGetValue((flow, topic), out var of))
        {
            Count();
            _topics[(flow, topic)] = of = new OfTopic(LabelText.Render(("flow", flow), ("topic", topic)));
        }

        return of;
    }

    private byte[] Of(OfTopic topic, string flow, LaneProgress lane)
    {
        if (!topic.Lanes.TryGetValue(lane.Partition, out var text))
        {
            Count();
            topic.Lanes[lane.Partition] = text = LabelText.Render(("flow", flow), ("topic", lane.Topic),
                ("partition", lane.Partition.ToString(CultureInfo.InvariantCulture)));
        }

        return text;
    }

    private void Count()
    {
        if (++_kept > MostKept)
        {
            _topics.Clear();
            _kept = 1;
        }
    }

    /// <param name="Text">Of the topic.</param>
    private sealed record OfTopic(byte[] Text)
    {
        /// <summary>Of its lanes, by partition.</summary>
        public Dictionary<int, byte[]> Lanes { get; } = [];
    }
}
