using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>The MirrorMaker 2 of KAFKA_HOME in dedicated mode.</summary>
public sealed class JavaMirrorMaker2 : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private JavaMirrorMaker2(TemporaryFolder folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    public static JavaMirrorMaker2 Start(FlowFile file)
    {
        var folder = new TemporaryFolder("mm2");
        var environment = KafkaDistribution.QuickStart;
        environment["LOG_DIR"] = folder.File("logs");
        var command = new[] { KafkaDistribution.Require().Tool("connect-mirror-maker.sh"), file.Write(folder) };
        return new JavaMirrorMaker2(folder, ChildProcess.Start(folder.File("mm2"), command, environment, separateErrors: false));
    }

    /// <summary>The end of its log.</summary>
    public string Tail => _process.Tail(80);

    public bool HasExited => _process.HasExited;

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        _process.Signal(ProcessSignal.Terminate);
        await _process.WaitForExitAsync(TimeSpan.FromMinutes(2), ct);
    }

    /// <summary>SIGKILL, and the end of the process.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Signal(ProcessSignal.Kill);
        await _process.WaitForExitAsync(TimeSpan.FromMinutes(2), ct);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
