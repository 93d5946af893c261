using System.Globalization;
using System.Text;
using Heliostat.Broker;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Simulation.Schedules;
using Heliostat.Testing.Time;

namespace Heliostat.Simulation.Worlds;

/// <summary>
/// Writes numbered records to every partition of the source for as long as the schedule says: alone and in transactions, some of which
/// abort. It writes where the leader is, whatever happens to the network, and notes where each record stood.
/// </summary>
internal sealed class Load(World world, Schedule schedule, SimulatedClock clock)
{
    private const long FirstProducerId = 1_000_000;

    private readonly Random _random = new(schedule.Seed ^ 0x10ad);
    private readonly List<(int Topic, int Partition, long ProducerId)> _open = [];
    private long _nextProducerId = FirstProducerId;
    private int _nextValue;

    private EmbeddedCluster Source => world.Source;

    /// <summary>Ends with the time, when no transaction is open.</summary>
    public async Task RunAsync()
    {
        while (clock.Elapsed < schedule.Load)
        {
            if (Source.HasTopic(World.Topic))
            {
                Step();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 60)), clock);
        }
    }

    /// <summary>
    /// Aborts what an election left without an end, as operators do (KIP-664): consumers of committed records would wait for ever.
    /// </summary>
    public void EndAll()
    {
        for (var partition = 0; partition < Source.PartitionCount(World.Topic); partition++)
        {
            foreach (var producerId in Source.OpenTransactions(World.Topic, partition).ToList())
            {
                Source.EndTransaction(World.Topic, partition, producerId, commit: false);
            }
        }
    }

    private void Step()
    {
        if (_open.Count > 0 && _random.Next(2) == 0)
        {
            var (topic, ended, producerId) = _open[0];
            _open.RemoveAt(0);
            if (topic == world.History.Topic)
            {
                Source.EndTransaction(World.Topic, ended, producerId, commit: _random.Next(4) != 0);
            }

            return;
        }

        var partition = _random.Next(Source.PartitionCount(World.Topic));
        var isTransactional = schedule.HasTransactions && _random.Next(6) == 0;
        Write(partition, _random.Next(1, 20), isTransactional ? _nextProducerId++ : -1);
    }

    private void Write(int partition, int count, long producerId)
    {
        using var builder = new RecordBatchBuilder(_random.Next(4) == 0 ? CompressionCodec.Zstd : CompressionCodec.None);
        if (producerId >= 0)
        {
            (builder.ProducerId, builder.ProducerEpoch, builder.BaseSequence, builder.IsTransactional) = (producerId, 0, 0, true);
        }

        using var headers = new RecordHeadersBuilder();
        List<(string Value, string Words)> records = [];
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < count; i++)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"{partition}:{_nextValue++}");
            var key = _random.Next(3) == 0 ? null : $"k{_random.Next(10)}";
            var timestamp = now - _random.Next(100);
            headers.Reset();
            if (_random.Next(4) == 0)
            {
                headers.Add("h", Encoding.ASCII.GetBytes(value));
            }

            builder.Append(timestamp, key is null ? NullableSpan.Null : Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(value),
                headers.Headers);
            records.Add((value, ReadLog.Words(value, key, timestamp, headers.Headers.Count > 0 ? $"h={value}" : null)));
        }

        if (Source.Append(World.Topic, partition, builder.Build().ToArray()) is not { } offset)
        {
            return;
        }

        for (var i = 0; i < count; i++)
        {
            world.History.Write(partition, records[i].Value, records[i].Words, offset + i);
        }

        if (producerId >= 0)
        {
            _open.Add((world.History.Topic, partition, producerId));
        }
    }
}
