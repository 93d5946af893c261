using System.Globalization;
using Heliostat.Client;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.Topics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.MirrorClient;

/// <remarks>Reading a topic to its end, within a time, over connections of its own.</remarks>
public sealed partial class MirrorClient
{
    private async Task ReadAsync(string topic, CompactedTopicOptions options, Action<CompactedRecord> deliver, CancellationToken ct)
    {
        var timeout = _options.Timeout;
        await using var client = new KafkaClient(Within(timeout), new FramePool(FrameBytes), _time, _loggers);
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        var running = client.RunAsync(done.Token);
        long records = 0;
        try
        {
            await CompactedTopicReader.ReadAllAsync(client, topic, options, Count, _time, _loggers, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new KafkaTimeoutException(string.Create(CultureInfo.InvariantCulture,
                $"{_options.Client.Cluster}: {topic} was not read to its end within {timeout.TotalSeconds} s: {records} records so far, "
                    + $"and nothing is concluded from them"));
        }
        finally
        {
            await done.CancelSoonAsync();
            await running.SettleAsync();
        }

        void Count(CompactedRecord record)
        {
            records++;
            deliver(record);
        }
    }

    /// <summary>
    /// A client that gives up before the time is over, also when its call waited for one that was under way: what the caller hears of
    /// should be the cluster that cannot be reached.
    /// </summary>
    private ClientOptions Within(TimeSpan timeout)
    {
        var options = _options.Client;
        return options with
        {
            CallTimeout = Shorter(options.CallTimeout, timeout * 0.4),
            RetryBackOff = Shorter(options.RetryBackOff, timeout * 0.05),
            RetryBackOffMax = Shorter(options.RetryBackOffMax, timeout * 0.05),
            ReconnectBackOff = Shorter(options.ReconnectBackOff, timeout * 0.05),
            ReconnectBackOffMax = Shorter(options.ReconnectBackOffMax, timeout * 0.05),
        };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
