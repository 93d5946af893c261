using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Clusters;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>A flow's state topic for who does not run the flow.</summary>
internal sealed class StateTopic(FlowOptions flow, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private const long BufferBytes = 8 * 1024 * 1024;

    private readonly FramePool _frames = new(BufferBytes);
    private readonly string _topic = new FlowTopicNames(flow).State.Name;
    private FlowClients? _clients;

    /// <summary>Of the flow.</summary>
    public FlowClients Clients => _clients ??= new FlowClients(flow, _frames, time, loggers);

    /// <summary>Reads all that it holds; nothing where it is not there yet.</summary>
    /// <exception cref="KafkaErrorException">It may not be read.</exception>
    /// <exception cref="KafkaConnectionException">The target does not answer.</exception>
    public async Task ReadAsync(Action<CompactedRecord> take, CancellationToken ct)
    {
        await using var reader = Clients.TargetReader();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = reader.RunAsync(done.Token);
        try
        {
            await CompactedTopicReader.ReadAllAsync(reader, _topic, new CompactedTopicOptions(), take, time, loggers, ct);
        }
        catch (KafkaErrorException failure) when (failure.Code == ErrorCode.UnknownTopicOrPartition)
        {
            // There is not even a place for it.
        }
        finally
        {
            await done.CancelSoonAsync();
            await running.SettleAsync();
        }
    }

    /// <summary>Ends when the target has these.</summary>
    /// <exception cref="KafkaErrorException">The target refuses to keep them.</exception>
    public async Task WriteAsync(IReadOnlyList<KeyedRecord> records, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var producer = new Producer(Clients.Control, flow.DataProducer.Producer, time, loggers);
        Task[] running = [Clients.Control.RunAsync(done.Token), producer.RunAsync(done.Token)];
        try
        {
            using var appender = new PartitionAppender(producer, new TopicPartition(_topic, 0), flow.Name.Target, _frames, time);
            await appender.AppendAsync(records, ct);
        }
        finally
        {
            await done.CancelSoonAsync();
            await Settling.AllAsync(running).SettleAsync();
        }
    }

    public ValueTask DisposeAsync() => _clients?.DisposeAsync() ?? ValueTask.CompletedTask;
}
