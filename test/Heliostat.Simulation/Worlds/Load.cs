using System.Globalization;
using System.Text;
using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Time;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Simulation.Worlds;

/// <summary>Writes numbered records to every partition of the source for as long as the schedule says.</summary>
internal sealed class Load(World world, Schedule schedule, SimulatedClock clock)
{
    /// <summary>Its requests are served whatever happens to others.</summary>
    public const string ClientId = "load";

    private readonly Random _random = new(schedule.Seed ^ 0x10ad);
    private readonly FramePool _frames = new(64 << 20);

    /// <summary>Ends when all that was written is acknowledged.</summary>
    public async Task RunAsync()
    {
        var servers = Endpoints.Of(world.Source.BootstrapServers);
        var options = new ClientOptions
        {
            Cluster = "load",
            ClientId = ClientId,
            BootstrapServers = servers,
            Network = world.Network.From(World.Writer),
            Random = _random,
        };
        await using var client = new KafkaClient(options, _frames, clock, NullLoggerFactory.Instance);
        var producer = new Producer(client, new ProducerOptions(), clock, NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        Task[] loops = [client.RunAsync(stop.Token), producer.RunAsync(stop.Token)];
        Lane[] lanes = [.. Enumerable.Range(0, schedule.Partitions).Select(partition => new Lane(producer, partition))];
        while (clock.Elapsed < schedule.Load)
        {
            var lane = lanes[_random.Next(lanes.Length)];
            lane.Write(Batch(lane.Partition, lane.Written, _random.Next(1, 20)));
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 60)), clock);
        }

        while (lanes.Any(lane => lane.Delivered < lane.Written))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
        }

        await stop.CancelSoonAsync();
        await Task.WhenAll(loops).SettleAsync();
    }

    private ProduceBatch Batch(int partition, long first, int count)
    {
        var builder = new RecordBatchBuilder(_random.Next(4) == 0 ? CompressionCodec.Zstd : CompressionCodec.None);
        for (var i = 0; i < count; i++)
        {
            builder.Append(clock.GetUtcNow().ToUnixTimeMilliseconds(), NullableSpan.Null, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{partition}:{first + i}")));
        }

        var built = builder.Build();
        var frameOwned = _frames.RentNow(built.Length);
        built.CopyTo(frameOwned.Memory.Span);
        return new ProduceBatch(frameOwned, frameOwned.Memory, first, first + count, count, clock.GetTimestamp());
    }

    private sealed class Lane : IProduceSink
    {
        private readonly ProducerPartition _partition;

        public Lane(Producer producer, int partition)
        {
            Partition = partition;
            _partition = producer.Open(new TopicPartition(World.Topic, partition), this);
        }

        public int Partition { get; }

        public long Written { get; private set; }

        public long Delivered { get; private set; }

        public void Write(ProduceBatch batch)
        {
            Written = batch.NextSourceOffset;
            _partition.Enqueue(batch);
        }

        public void Acknowledged(in ProduceBatch batch, long baseOffset) => Delivered += batch.NextSourceOffset - batch.FirstSourceOffset;

        public void Refused(ErrorCode code, string? message) => throw new InvalidOperationException($"the load is refused: {code} {message}");
    }
}
