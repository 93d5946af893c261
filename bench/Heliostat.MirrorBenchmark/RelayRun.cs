using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.MirrorBenchmark;

/// <summary>Has a <see cref="Relay"/> move the source's log segments: sent as a broker sends them, from file to socket, and thrown away where they arrive.</summary>
internal sealed class RelayRun(string dataFolder, string topic, long uncompressedBytes)
{
    private const int SinkBytes = 1024 * 1024;
    private static readonly TimeProvider Clock = TimeProvider.System;

    public async Task<Measurement> MeasureAsync(string codec, TemporaryFolder folder, CancellationToken ct)
    {
        string[] segments = [.. Directory.GetDirectories(dataFolder, topic + "-*").SelectMany(partition => Directory.GetFiles(partition, "*.log")).Order()];
        var bytes = segments.Sum(segment => new FileInfo(segment).Length);
        using var source = Listen();
        using var target = Listen();
        var started = Clock.GetTimestamp();
        await using var relay = ChildProcess.Start(
            folder.File("relay"), ["dotnet", typeof(Relay).Assembly.Location, Relay.Command, Port(source), Port(target)], null, separateErrors: false);
        using var feeding = await source.AcceptAsync(ct);
        using var draining = await target.AcceptAsync(ct);
        var fed = FeedAsync(feeding, segments, ct);
        var buffer = new byte[SinkBytes];
        var arrived = (long)await draining.ReceiveAsync(buffer.AsMemory(), ct);
        var begin = Look(arrived);
        while (arrived < bytes && await draining.ReceiveAsync(buffer.AsMemory(), ct) is > 0 and var received)
        {
            arrived += received;
        }

        var end = Look(arrived);
        await fed;
        return arrived == bytes
            ? new Measurement(codec, "relay", begin, end)
            : throw new TimeoutException($"relay: ended after {arrived} of {bytes} bytes\n{relay.Tail()}");

        Sighting Look(long count) => new(
            Clock.GetElapsedTime(started), (long)((double)count / bytes * uncompressedBytes), ProcessUsage.Of(relay.Id), default, default, MachineUsage.Now());
    }

    private static async Task FeedAsync(Socket socket, string[] segments, CancellationToken ct)
    {
        foreach (var segment in segments)
        {
            await socket.SendFileAsync(segment, ct);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static string Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
}
