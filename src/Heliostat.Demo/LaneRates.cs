namespace Heliostat.Demo;

/// <summary>
/// Records a second of each lane over the last few seconds, from totals sampled at irregular times. One caller at a time.
/// </summary>
internal sealed class LaneRates(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    private readonly Dictionary<TopicPartition, Queue<(long At, long Records)>> _samples = [];

    public double Sampled(TopicPartition lane, long records)
    {
        var now = time.GetTimestamp();
        if (!_samples.TryGetValue(lane, out var samples))
        {
            _samples[lane] = samples = new Queue<(long, long)>();
        }

        samples.Enqueue((now, records));
        while (samples.Count > 2 && time.GetElapsedTime(samples.Peek().At, now) > Window)
        {
            samples.Dequeue();
        }

        var oldest = samples.Peek();
        var seconds = time.GetElapsedTime(oldest.At, now).TotalSeconds;
        return seconds <= 0 ? 0 : (records - oldest.Records) / seconds;
    }
}
