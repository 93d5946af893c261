using Heliostat.Client;
using Heliostat.Transport;

namespace Heliostat.Demo.Load;

/// <summary>The producer of the transactional topic: one transaction after the other, every so many of them aborted.</summary>
internal sealed class TransactionLoop(TransactionWriter writer, DemoTopic topic, int perSecond, DemoEvents events,
    TimeProvider time) : IDisposable
{
    private const int AbortsOneIn = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly RecordMaker[] _makers = [.. Enumerable.Range(0, topic.Partitions)
        .Select(partition => new RecordMaker(topic.Name, partition))];
    private long _committed;
    private long _aborted;

    /// <summary>Records in transactions that were committed.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    /// <summary>Records in transactions that were aborted.</summary>
    public long Aborted => Interlocked.Read(ref _aborted);

    /// <summary>Writes until cancelled; a transaction that is open then is ended first.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var count = Math.Max(1, (int)(perSecond * topic.Share * Tick.TotalSeconds / topic.Partitions));
        for (var number = 1; await timer.WaitForNextTickAsync(ct); number++)
        {
            try
            {
                await TransactionAsync(count, commit: number % AbortsOneIn != 0);
            }
            catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException or TimeoutException)
            {
                // What it wrote is aborted when the id is taken over again.
                events.Add($"producer of {topic.Name}: a transaction failed: {failure.Message}");
                writer.Forget();
            }
        }
    }

    public void Dispose()
    {
        foreach (var maker in _makers)
        {
            maker.Dispose();
        }
    }

    /// <summary>Not cancelled half-way: an open transaction would hold up every reader of committed records.</summary>
    private async Task TransactionAsync(int count, bool commit)
    {
        await writer.BeginAsync(Enumerable.Range(0, topic.Partitions).Select(partition => new TopicPartition(topic.Name, partition)),
            CancellationToken.None);
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            var maker = _makers[partition];
            await writer.WriteAsync(
                new TopicPartition(topic.Name, partition),
                builder => maker.Append(builder, count, time.GetUtcNow().ToUnixTimeMilliseconds()), CancellationToken.None);
        }

        await writer.EndAsync(commit, CancellationToken.None);
        Interlocked.Add(ref commit ? ref _committed : ref _aborted, count * topic.Partitions);
    }
}
