using Heliostat.Client.Transactions;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>One flow for as long as the process runs: begins anew after what it stood on was lost, and holds up no other flow meanwhile.</summary>
internal sealed partial class ReplicationFlow(
    FlowOptions flow, FlowNeighbours neighbours, FramePool frames, TimeSpan grace, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<ReplicationFlow>();
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), random: null);
    private readonly RateMeter _rate = new(time);
    private FlowRun? _run;
    private Standing _standing = new(FlowStatus.Starting, null);
    private long _records;
    private long _bytes;

    /// <summary>Runs until <paramref name="stop"/>; <paramref name="abort"/> ends it at once. Ends by itself only when it is refused.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        string? said = null;
        for (var failures = 1; ; failures++)
        {
            var began = time.GetTimestamp();
            try
            {
                await RunOnceAsync(stop, abort);
                Stand(FlowStatus.Stopped, null);
                return;
            }
            catch (ConfigurationException refusal)
            {
                LogRefused(_logger, flow.Name, refusal.Message);
                neighbours.Rings.Leave(flow.Name);
                Stand(FlowStatus.Refused, refusal.Message);
                return;
            }
            catch (TransactionLostException fenced) when (fenced.Loss == TransactionLoss.Fenced)
            {
                // Whoever came later keeps the flow: taking it back would fence that one, and so on for ever.
                var cause = $"another process runs this flow: {fenced.Message}";
                LogRefused(_logger, flow.Name, cause);
                Stand(FlowStatus.Refused, cause);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested || abort.IsCancellationRequested)
            {
                Stand(FlowStatus.Stopped, null);
                return;
            }
            catch (Exception failure)
            {
                failures = time.GetElapsedTime(began) > TimeSpan.FromMinutes(1) ? 1 : failures;
                if (failures == 1 || said != failure.Message)
                {
                    Say(failure);
                }

                said = failure.Message;
                Stand(FlowStatus.Waiting, failure.Message);
            }

            try
            {
                await Task.Delay(_backOff.Next(failures), time, stop);
            }
            catch (OperationCanceledException)
            {
                Stand(FlowStatus.Stopped, null);
                return;
            }
        }
    }

    public FlowSnapshot Snapshot()
    {
        var summary = new LanesSummary();
        summary.Deliver(Interlocked.Read(ref _records), Interlocked.Read(ref _bytes));
        var run = Volatile.Read(ref _run);
        foreach (var slot in run?.Slots ?? [])
        {
            summary.Add(slot.Lanes);
            summary.Deliver(slot.Delivered.Records, slot.Delivered.Bytes);
        }

        var (status, cause) = Volatile.Read(ref _standing);
        var runs = run is { IsRunning: true };
        return new FlowSnapshot
        {
            Flow = flow.Name.ToString(),
            Status = runs ? FlowStatus.Running : status,
            Cause = runs ? run!.Trouble : cause,
            Lanes = summary.Snapshot(_rate, isWhole: run is { IsComplete: true }),
        };
    }

    private async Task RunOnceAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var run = new FlowRun(flow, neighbours, frames, grace, time, loggers);
        Volatile.Write(ref _run, run);
        try
        {
            await run.RunAsync(stop, abort);
        }
        finally
        {
            Volatile.Write(ref _run, null);
            foreach (var slot in run.Slots)
            {
                Interlocked.Add(ref _records, slot.Delivered.Records);
                Interlocked.Add(ref _bytes, slot.Delivered.Bytes);
            }
        }
    }

    /// <summary>What nobody thought of ends no flow for good either: it is told with its stack, and tried again like the rest.</summary>
    private void Say(Exception failure)
    {
        if (ClientFailure.IsExpected(failure) || failure is TransactionLostException)
        {
            LogWaiting(_logger, flow.Name, failure.Message);
        }
        else
        {
            LogUnexpected(_logger, failure, flow.Name, failure.Message);
        }
    }

    private void Stand(FlowStatus status, string? cause) => Volatile.Write(ref _standing, new Standing(status, cause));

    [LoggerMessage(EventIds.FlowWaiting, LogLevel.Warning, "{Flow}: {Cause}; trying on")]
    private static partial void LogWaiting(ILogger logger, FlowName flow, string cause);

    [LoggerMessage(EventIds.FlowFailed, LogLevel.Error, "{Flow}: {Cause}: this should not happen; trying on")]
    private static partial void LogUnexpected(ILogger logger, Exception failure, FlowName flow, string cause);

    [LoggerMessage(EventIds.FlowRefused, LogLevel.Error, "{Flow} does not run: {Cause}")]
    private static partial void LogRefused(ILogger logger, FlowName flow, string cause);

    private sealed record Standing(FlowStatus Status, string? Cause);
}
