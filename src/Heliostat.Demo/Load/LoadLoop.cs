using Heliostat.Client.Producing;
using Heliostat.Client.Routing;

namespace Heliostat.Demo.Load;

/// <summary>
/// The steady producers of the topics that are not transactional: a few records for every partition, many times a second.
/// </summary>
internal sealed class LoadLoop(KafkaClient client, Producer producer, IReadOnlyList<DemoTopic> topics, int perSecond,
    TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly PartitionWriter[] _writers =
    [
        .. from topic in topics
           where !topic.IsTransactional
           from partition in Enumerable.Range(0, topic.Partitions)
           select new PartitionWriter(topic, partition, perSecond * topic.Share / topic.Partitions),
    ];

    /// <summary>Records that the source has acknowledged.</summary>
    public long Acknowledged => _writers.Sum(writer => writer.Written);

    /// <summary>Those of one topic.</summary>
    public long AcknowledgedOf(DemoTopic topic) => _writers.Where(writer => writer.Topic == topic).Sum(writer => writer.Written);

    /// <summary>Why the source refused records for good; null when it did not.</summary>
    public string? Refusal => _writers.Select(writer => writer.Refusal).FirstOrDefault(refusal => refusal is not null);

    /// <summary>
    /// Writes until cancelled. What was handed over by then is still to be acknowledged: see <see cref="Producer.DrainAsync"/>.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var writer in _writers)
        {
            writer.Open(producer);
        }

        using var timer = new PeriodicTimer(Tick, time);
        var last = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(ct))
        {
            var now = time.GetTimestamp();
            foreach (var writer in _writers)
            {
                writer.Write(client.Frames, time.GetElapsedTime(last, now).TotalSeconds, time);
            }

            last = now;
        }
    }

    public void Dispose()
    {
        foreach (var writer in _writers)
        {
            writer.Dispose();
        }
    }
}
