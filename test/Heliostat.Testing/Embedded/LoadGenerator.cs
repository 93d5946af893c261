using System.Text;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Testing.Embedded;

/// <summary>Makes up numbered records and sends them at a pace.</summary>
internal static class LoadGenerator
{
    private const int Unpaced = 2000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(ITestProducer producer, string topic, GeneratedLoad load, CancellationToken ct)
    {
        var random = new Random((int)load.Seed);
        var started = TimeProvider.System.GetTimestamp();
        var sent = 0L;
        while (sent < load.Count)
        {
            var due = load.PerSecond == 0
                ? sent + Unpaced
                : (long)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * load.PerSecond) + 1;
            due = Math.Min(due, Math.Min(sent + Unpaced, load.Count));
            if (due > sent)
            {
                KafkaRecord[] records = [.. Enumerable.Range(0, (int)(due - sent))
                    .Select(i => Record(load.First + sent + i, load, random))];
                await producer.SendAsync(topic, records, ct);
                sent = due;
            }

            if (load.PerSecond > 0)
            {
                await Task.Delay(Pace, TimeProvider.System, ct);
            }
        }
    }

    private static KafkaRecord Record(long number, GeneratedLoad load, Random random)
    {
        var start = Encoding.ASCII.GetBytes($"{number} ");
        var value = new byte[Math.Max(load.ValueBytes, start.Length)];
        random.NextBytes(value);
        start.CopyTo(value, 0);
        return new KafkaRecord
        {
            Key = load.Keys == 0 ? null : Encoding.ASCII.GetBytes($"key-{number % load.Keys}"),
            Value = value,
            Partition = load.Partitions == 0 ? null : (int)(number % load.Partitions),
        };
    }
}
