using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// Has a <see cref="Relay"/> move the source's log segments: sent as a broker sends them, from file to socket, and thrown away where they
/// arrive.
/// </summary>
internal sealed class RelayRun(string dataFolder, string topic, long uncompressedBytes, TlsSides sides, TlsUse tls)
{
    private const int SinkBytes = 1024 * 1024;
    private static readonly TimeProvider Clock = TimeProvider.System;

    public async Task<Measurement> MeasureAsync(string codec, TemporaryFolder folder, CancellationToken ct)
    {
        string[] segments = [.. Directory.GetDirectories(dataFolder, topic + "-*")
            .SelectMany(partition => Directory.GetFiles(partition, "*.log")).Order()];
        var bytes = segments.Sum(segment => new FileInfo(segment).Length);
        using var source = Listen();
        using var target = Listen();
        var started = Clock.GetTimestamp();
        await using var relay = ChildProcess.Start(
            folder.File("relay"),
            [
                "dotnet", typeof(Relay).Assembly.Location, Relay.Command, Port(source), Port(target),
                .. tls.Source ? ["source"] : Array.Empty<string>(), .. tls.Target ? ["target"] : Array.Empty<string>(), sides.Trust,
            ],
            null, separateErrors: false);
        using var feeding = await source.AcceptAsync(ct);
        await using var fed = tls.Source ? await ServeAsync(feeding, ct) : null;
        using var draining = await target.AcceptAsync(ct);
        await using Stream drained = tls.Target ? await ServeAsync(draining, ct) : new NetworkStream(draining, ownsSocket: false);
        var feeds = FeedAsync(feeding, fed, segments, ct);
        var buffer = new byte[SinkBytes];
        var arrived = (long)await drained.ReadAsync(buffer.AsMemory(), ct);
        var begin = Look(arrived);
        while (arrived < bytes && await drained.ReadAsync(buffer.AsMemory(), ct) is > 0 and var received)
        {
            arrived += received;
        }

        var end = Look(arrived);
        await feeds;
        return arrived == bytes
            ? new Measurement(codec, "relay" + tls.Suffix, begin, end)
            : throw new TimeoutException($"relay: ended after {arrived} of {bytes} bytes\n{relay.Tail()}");

        Sighting Look(long count) => new(
            Clock.GetElapsedTime(started), (long)((double)count / bytes * uncompressedBytes), ProcessUsage.Of(relay.Id), default, default,
            MachineUsage.Now());
    }

    private static async Task FeedAsync(Socket socket, SslStream? tls, string[] segments, CancellationToken ct)
    {
        foreach (var segment in segments)
        {
            if (tls is null)
            {
                await socket.SendFileAsync(segment, ct);
            }
            else
            {
                await using var file = File.OpenRead(segment);
                await file.CopyToAsync(tls, SinkBytes, ct);
            }
        }

        if (tls is not null)
        {
            await tls.ShutdownAsync();
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task<SslStream> ServeAsync(Socket socket, CancellationToken ct)
    {
        using var ephemeral = X509Certificate2.CreateFromPemFile(sides.BrokerKey);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = ephemeral }, ct);
        return stream;
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
