using System.Net.Sockets;
using System.Text;
using Heliostat.Commands;
using Heliostat.Mirroring.Flows;
using Heliostat.Tests.Metrics;

namespace Heliostat.Tests.Commands;

public sealed class SupervisorTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");
    private EngineSnapshot _engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Starting));

    [Fact]
    public void It_is_ready_once_each_flow_ran_or_said_why_it_waits()
    {
        var supervisor = new Supervisor(() => _engine, _ => null, TimeProvider.System);
        Assert.DoesNotContain("READY", supervisor.News(isWatched: false), StringComparison.Ordinal);

        _engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Waiting));

        Assert.StartsWith("READY=1\nSTATUS=Nothing is mirrored", supervisor.News(isWatched: false), StringComparison.Ordinal);
        Assert.Equal("", supervisor.News(isWatched: false));
        Assert.Equal("WATCHDOG=1\n", supervisor.News(isWatched: true));
    }

    [Fact]
    public async Task Systemd_hears_that_it_is_ready_lives_and_stops()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(_path));
        using var stop = new CancellationTokenSource();
        _engine = Snapshots.Of(Snapshots.Flow("A->B", FlowStatus.Running, Snapshots.Lane("orders", 0, position: 5, end: 5)));
        var environment = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = _path, ["WATCHDOG_USEC"] = "100000" };

        var told = new Supervisor(() => _engine, environment.GetValueOrDefault, TimeProvider.System).RunAsync(stop.Token,
            CancellationToken.None);

        Assert.Equal("WATCHDOG=1\nREADY=1\nSTATUS=A->B is live: 1 lane, nothing is behind.\n", await HeardAsync(systemd));
        Assert.Equal("WATCHDOG=1\n", await HeardAsync(systemd));
        await stop.CancelAsync();
        await told;
        string heard;
        do
        {
            heard = await HeardAsync(systemd);
        }
        while (heard == "WATCHDOG=1\n");
        Assert.StartsWith("STOPPING=1\nSTATUS=Stopping", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_told_where_nobody_asked() =>
        await new Supervisor(() => throw new InvalidOperationException(), _ => null, TimeProvider.System).RunAsync(CancellationToken.None,
            CancellationToken.None);

    public void Dispose() => File.Delete(_path);

    private static async Task<string> HeardAsync(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
