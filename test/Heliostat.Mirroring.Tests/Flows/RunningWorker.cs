using Heliostat.Mirroring.Flows;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>A process that runs the file.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly Task<MirrorOutcome> _running;

    public RunningWorker(FlowBench bench, string settings, string? name = null)
    {
        var engine = bench.Engine($"A->B.enabled = true\n{settings}", worker: name);
        Flow = engine.Flows.Single(flow => flow.Name == "A->B");
        _running = engine.RunAsync(_stop.Token, _kill.Token);
    }

    public Flow Flow { get; }

    public Task HasAsync(int slots, int workers) => Eventually.ValueAsync(
        $"{slots} slots among {workers}", Patience, _ => Task.FromResult(Flow.Snapshot().Worker),
        now => now?.Slots == slots && now.Workers == workers, CancellationToken.None);

    public Task LanesAsync(int lanes) => LanesAsync(now => now == lanes);

    public Task LanesAsync(Func<int, bool> enough) =>
        Eventually.ValueAsync("lanes", Patience, _ => Task.FromResult(Flow.Snapshot().Lanes.RunningLanes), enough, CancellationToken.None);

    public async Task KillAsync()
    {
        await _kill.CancelAsync();
        Assert.Equal(MirrorEnd.Aborted, (await _running).End);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Assert.Equal(MirrorEnd.Stopped, (await _running).End);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _kill.Dispose();
    }
}
