using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>
/// <c>heliostat mirror-maker</c> running between two clusters; only its engine between embedded ones, where the program is not what is
/// tested.
/// </summary>
public sealed class MirrorMaker : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private MirrorMaker(TemporaryFolder folder, RunningProgram program, MirrorSettings settings)
    {
        _folder = folder;
        Program = program;
        Settings = settings;
    }

    public RunningProgram Program { get; }

    public MirrorSettings Settings { get; }

    public static MirrorMaker Start(ClusterPair pair, string include, MirrorSettings settings)
    {
        var folder = new TemporaryFolder("mirror");
        var arguments = settings.Write(folder, pair, include);
        var inProcess = pair.Source.IsEmbedded && pair.Target.IsEmbedded && !settings.OwnProcess;
        return new MirrorMaker(folder, inProcess ? EngineProgram.Start(arguments) : HeliostatProcess.Start(["mirror-maker", .. arguments]),
            settings);
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
