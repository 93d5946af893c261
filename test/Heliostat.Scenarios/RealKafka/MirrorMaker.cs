using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.RealKafka;

/// <summary><c>heliostat mirror-maker</c> running between two clusters.</summary>
public sealed class MirrorMaker : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private MirrorMaker(TemporaryFolder folder, HeliostatProcess program, MirrorSettings settings)
    {
        _folder = folder;
        Program = program;
        Settings = settings;
    }

    public HeliostatProcess Program { get; }

    public MirrorSettings Settings { get; }

    public static MirrorMaker Start(ClusterPair pair, string include, MirrorSettings settings)
    {
        var folder = new TemporaryFolder("mirror");
        return new MirrorMaker(folder, HeliostatProcess.Start(["mirror-maker", .. settings.Write(folder, pair, include)]), settings);
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
