using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>The MirrorMaker 1 of Kafka 3.9.1, on the same two files and options.</summary>
public sealed class JavaMirrorMaker : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private JavaMirrorMaker(TemporaryFolder folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    public static JavaMirrorMaker Start(ClusterPair pair, string include, MirrorSettings settings)
    {
        var folder = new TemporaryFolder("mm1");
        var environment = KafkaDistribution.QuickStart;
        environment["LOG_DIR"] = folder.File("logs");
        var command = settings.Write(folder, pair, include).Prepend(KafkaDistribution.Require("3.9.1").Tool("kafka-mirror-maker.sh"));
        return new JavaMirrorMaker(folder, ChildProcess.Start(folder.File("mm1"), command, environment, separateErrors: false));
    }

    /// <summary>SIGTERM, and the end of the process.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        _process.Signal(ProcessSignal.Terminate);
        await _process.WaitForExitAsync(TimeSpan.FromMinutes(1), ct);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
