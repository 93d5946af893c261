using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary><c>heliostat run</c> with a file.</summary>
public sealed class RunningFlows : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private RunningFlows(TemporaryFolder folder, HeliostatProcess program)
    {
        _folder = folder;
        Program = program;
    }

    public HeliostatProcess Program { get; }

    public static RunningFlows Start(FlowFile file)
    {
        var folder = new TemporaryFolder("flows");
        return new RunningFlows(folder, HeliostatProcess.Start(["run", file.Write(folder)]));
    }

    /// <summary>SIGTERM, and the exit status.</summary>
    public Task<int> StopAsync(CancellationToken ct) => Program.StopAsync(ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        _folder.Dispose();
    }
}
