using Heliostat.Simulation.Schedules;
using Heliostat.Testing.Time;

namespace Heliostat.Simulation.Worlds;

/// <summary>The processes that run the flow, one or more, each in one life after the other.</summary>
internal sealed class Workers(World world, Schedule schedule, SimulatedClock clock, WorldLog log)
{
    private const int Most = 5;

    private readonly List<Worker> _all = [];
    private int _life;

    /// <summary>The partitions of the source that stand still until somebody says how to go on.</summary>
    public IReadOnlySet<int> Halted => _all.SelectMany(worker => worker.Process.Halted).ToHashSet();

    /// <summary>How many lanes are open, and mirror or wait for more.</summary>
    public int Running => _all.Sum(worker => worker.Process.Running);

    /// <summary>Starts all, or the next life of each.</summary>
    public void Begin()
    {
        while (_all.Count < schedule.Workers)
        {
            Join();
        }

        _all.Where(worker => worker.IsReplaced).ToList().ForEach(Begin);
    }

    /// <summary>One more, unless there are enough.</summary>
    public void Join()
    {
        if (_all.Count < Most)
        {
            var worker = new Worker();
            _all.Add(worker);
            Begin(worker);
        }
    }

    /// <summary>Ends all in good order.</summary>
    public async Task StopAsync()
    {
        _all.ForEach(worker => worker.IsReplaced = true);
        await Task.WhenAll(_all.Select(worker => worker.Process.StopAsync()));
    }

    /// <summary>As a supervisor does: what ended by itself is started again.</summary>
    public async Task SuperviseAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, CancellationToken.None);
            foreach (var worker in _all.Where(worker => !worker.IsReplaced && worker.Process.Ended is not null))
            {
                log.Add($"the mirror ended by itself ({worker.Process.Ended}) and is started again");
                Begin(worker);
            }
        }
    }

    /// <summary>A worker ends, in good order or not, and begins again after a while.</summary>
    public async Task ReplaceAsync(Fault fault)
    {
        var worker = Chosen(fault);
        if (worker.IsReplaced)
        {
            return;
        }

        worker.IsReplaced = true;
        await (fault.Kind == FaultKind.KillMirror ? worker.Process.KillAsync() : worker.Process.StopAsync());
        await Task.Delay(fault.For / 4, clock);
        Begin(worker);
        log.Add($"life {_life} of the mirror begins");
    }

    /// <summary>A worker stands still for a while.</summary>
    public async Task FreezeAsync(Fault fault)
    {
        var process = Chosen(fault).Process;
        process.StandStill();
        await Task.Delay(fault.For, clock);
        process.GoOn();
        log.Add($"{process} goes on");
    }

    /// <summary>Nothing gets through between a worker and a cluster for a while.</summary>
    public async Task IsolateAsync(Fault fault)
    {
        var process = Chosen(fault).Process;
        var comesLate = fault.Choice % 2 == 0;
        world.History.CameLate |= comesLate && fault.OnTarget && fault.For > History.InTime;
        await process.IsolateAsync(world.Cluster(fault.OnTarget), fault.For, comesLate);
    }

    private Worker Chosen(Fault fault) => _all[fault.Choice / 4 % _all.Count];

    private void Begin(Worker worker)
    {
        worker.Process = MirrorProcess.Start(world, schedule, clock, log, _all.IndexOf(worker), ++_life);
        worker.IsReplaced = false;
    }

    private sealed class Worker
    {
        public MirrorProcess Process { get; set; } = null!;

        public bool IsReplaced { get; set; }
    }
}
