using System.Text;
using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Dialects.Connect;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Duties;
using Heliostat.Protocol.Records;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>
/// A compacted topic in which the workers of a Connect cluster keep something under keys: made where it is missing, read from its
/// beginning, followed, and written to (Kafka Connect's <c>KafkaBasedLog</c>).
/// </summary>
/// <param name="options">How its cluster is reached.</param>
/// <param name="topic">The topic.</param>
/// <param name="take">Told of each record that is committed, one at a time and in the order of its partition; a null value forgets the
/// key.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where to.</param>
public sealed class KafkaBasedLog(ClientOptions options, ConnectTopic topic, Action<string, byte[]?> take, TimeProvider time,
    ILoggerFactory loggers) : IAsyncDisposable
{
    private const long BufferBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan StandsWithin = TimeSpan.FromSeconds(30);

    private readonly FramePool _frames = new(BufferBytes);
    private readonly List<KafkaClient> _clients = [];
    private KafkaClient? _writing;
    private readonly TaskCompletionSource<Open> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The id of its cluster; null before that answered.</summary>
    public string? ClusterId => Volatile.Read(ref _writing)?.Metadata.Current.ClusterId;

    /// <summary>Follows it until cancelled.</summary>
    /// <exception cref="KafkaErrorException">It cannot be made or read.</exception>
    /// <exception cref="KafkaConnectionException">Nobody answers at the start.</exception>
    /// <exception cref="Configuration.ConfigurationException">It is there and would forget.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            var (reading, writing) = (Client("reader"), Client("writer"));
            Volatile.Write(ref _writing, writing);
            var creation = new InternalTopicCreation(new AdminClient(writing, time), options.Cluster, StandsWithin,
                loggers.CreateLogger<KafkaBasedLog>());
            var partitions = await creation.EnsureAsync([new InternalTopic(topic.Name, topic.Partitions, topic.ReplicationFactor,
                topic.Setting) { IsReadBack = true }], ct);
            var reader = new CompactedTopicReader(reading, topic.Name, new CompactedTopicOptions(), Take, time, loggers);
            var producer = new Producer(writing, new ProducerOptions(), time, loggers);
            using var appender = new TopicAppender(producer, topic.Name, partitions[0], options.Cluster, _frames, time);
            _open.TrySetResult(new Open(reader, appender));
            await LoopEnds.FirstEndsAllAsync([reading.RunAsync, writing.RunAsync, producer.RunAsync, reader.RunAsync], ct);
        }
        catch (Exception failure)
        {
            if (_open.TrySetException(failure))
            {
                _ = _open.Task.Exception; // Nobody need be waiting for it.
            }

            throw;
        }
    }

    /// <summary>Ends when all was told of that it held when this was called.</summary>
    /// <exception cref="KafkaErrorException">It cannot be read.</exception>
    public async Task ToEndAsync(CancellationToken ct) => await (await _open.Task.WaitHereAsync(ct)).Reader.ReadToEndAsync(ct);

    /// <summary>
    /// Ends when the topic holds these, each in the partition where a Java producer would put it; a null value forgets the key.
    /// </summary>
    /// <exception cref="KafkaErrorException">The cluster refuses them.</exception>
    public async Task WriteAsync(IReadOnlyList<KeyValuePair<string, byte[]?>> records, CancellationToken ct)
    {
        var appender = (await _open.Task.WaitHereAsync(ct)).Appender;
        await appender.AppendAsync(
            [.. from record in records let key = Encoding.UTF8.GetBytes(record.Key)
                select new PlacedRecord(Murmur2.Partition(key, appender.Partitions), new KeyedRecord(key, record.Value))], ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    private KafkaClient Client(string role)
    {
        var user = options.ClientId == ClientOptions.DefaultClientId ? "" : options.ClientId + "|";
        var client = new KafkaClient(options with { ClientId = $"{user}{topic.Name}|{role}" }, _frames, time, loggers);
        _clients.Add(client);
        return client;
    }

    private void Take(CompactedRecord record)
    {
        if (record.Key is { } key)
        {
            take(Encoding.UTF8.GetString(key), record.Value);
        }
    }

    private sealed record Open(CompactedTopicReader Reader, TopicAppender Appender);
}
