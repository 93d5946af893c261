using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Compression;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>
/// One life of a flow, from looking at its clusters to giving its lanes back. When something is lost that it stands on (a transaction, a loop), it ends and
/// the next one begins from what is stored.
/// </summary>
internal sealed partial class FlowRun : IAsyncDisposable
{
    /// <summary>The most that each step of leaving may take, however long the grace.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(20);

    /// <summary>Under exactly-once nothing is seen by the target's consumers before its transaction ends.</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromMilliseconds(500);

    private readonly FlowOptions _flow;
    private readonly FlowNeighbours _neighbours;
    private readonly FramePool _frames;

    /// <summary>How long lanes may wait for their last acknowledgements, and how long storing what they reached may take then: each a third of the grace.</summary>
    private readonly TimeSpan _leavingStep;

    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly FlowClients _clients;
    private readonly RecordPathPool _recordPaths;
    private readonly List<IDisposable> _owned = [];
    private LossBook? _losses;
    private FlowLanes? _lanes;

    public FlowRun(FlowOptions flow, FlowNeighbours neighbours, FramePool frames, TimeSpan grace, TimeProvider time, ILoggerFactory loggers)
    {
        _flow = flow;
        _neighbours = neighbours;
        _frames = frames;
        _leavingStep = grace / 3 < LongestStep ? grace / 3 : LongestStep;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger($"Heliostat.Flow.{flow.Name}");
        _clients = new FlowClients(flow, frames, time, loggers);
        _recordPaths = new RecordPathPool(flow.DataProducer.Codec, DecompressionBuffer.DefaultMaxBytes);
    }

    /// <summary>The lanes of the flow, once it runs.</summary>
    public IReadOnlyList<FlowSlot> Slots { get; private set; } = [];

    /// <summary>Its lanes are open, or it has none.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>All that is to be mirrored has a lane.</summary>
    public bool IsComplete => IsRunning && _isComplete();

    private Func<bool> _isComplete = () => true;

    /// <summary>What does not get on although it runs; null when all is well.</summary>
    public string? Trouble => _troubles.Select(trouble => trouble()).FirstOrDefault(trouble => trouble is not null);

    private readonly List<Func<string?>> _troubles = [];

    /// <summary>Runs until <paramref name="stop"/>, then gives the lanes back; <paramref name="abort"/> ends it at once.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var services = CancellationTokenSource.CreateLinkedTokenSource(abort);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        List<Task> running = [.. _clients.Run(services.Token)];
        List<Task> working = [];
        Func<CancellationToken, Task> leave = _ => Task.CompletedTask;
        try
        {
            leave = await StartAsync(running, working, services.Token, work.Token);
            IsRunning = true;
            await Task.WhenAny([.. running, .. working, Task.Delay(Timeout.InfiniteTimeSpan, _time, work.Token)]);
        }
        finally
        {
            await work.CancelSoonAsync();
            await LoopEnds.AllAsync(working);
            try
            {
                if (!abort.IsCancellationRequested && running.TrueForAll(task => !task.IsCompleted) && !Slots.Any(slot => slot.IsLost))
                {
                    await leave(services.Token);
                }
            }
            finally
            {
                await services.CancelSoonAsync();
                await LoopEnds.AllAsync(running);
            }
        }

        await LoopEnds.ThrowFirstFailureAsync([.. working, .. running]);
        if (!stop.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            throw new InvalidOperationException("a loop of the flow ended without being asked to");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        await _clients.DisposeAsync();
        _recordPaths.Dispose();
    }
}
