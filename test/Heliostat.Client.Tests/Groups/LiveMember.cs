using System.Net;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Groups;

/// <summary>A member of ours in a real cluster, with a client of its own.</summary>
internal sealed class LiveMember : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(40);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _metadata;

    public LiveMember(KafkaCluster cluster, GroupOptions options, params string[] topics)
    {
        Client = Connect(cluster, options.GroupInstanceId ?? "heliostat");
        Client.Metadata.TrackAll();
        Group = new ConsumerGroup(Client, options, Listener, TimeProvider.System, NullLoggerFactory.Instance);
        Group.SetTopics(topics);
        _metadata = Client.RunAsync(_end.Token);
        Running = Group.RunAsync(_stop.Token);
    }

    public KafkaClient Client { get; }

    public RecordingListener Listener { get; } = new();

    public ConsumerGroup Group { get; }

    public Task Running { get; }

    public static KafkaClient Connect(KafkaCluster cluster, string clientId = "heliostat") => new(
        new ClientOptions
        {
            Cluster = "source",
            ClientId = clientId,
            BootstrapServers = [.. cluster.BootstrapServers.Split(',').Select(b => new DnsEndPoint(b.Split(':')[0],
                int.Parse(b.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)))],
            MetadataMaxAge = TimeSpan.FromMilliseconds(300),
        },
        new FramePool(64 * 1024 * 1024),
        TimeProvider.System,
        NullLoggerFactory.Instance);

    public Task OwnsAsync(Func<int, bool> count, string what) => Eventually.ValueAsync(
        $"to own {what}",
        Within,
        _ => Task.FromResult(string.Join(' ', Listener.Owned) + "\n" + string.Join('\n', Listener.Events)),
        _ => count(Listener.Owned.Count) && !Group.Membership.IsRebalancing,
        CancellationToken.None);

    public Task OwnsAsync(int count) => OwnsAsync(owned => owned == count, $"{count} partitions");

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Within);
    }

    /// <summary>Gone without a word, as after kill -9: its connections end, nothing is given up.</summary>
    public async Task VanishAsync()
    {
        await Client.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Eventually.EndsAsync("the member", Task.WhenAny(Running));
        await _end.CancelAsync();
        await Eventually.EndsAsync("the client", Task.WhenAny(_metadata));
        await Client.DisposeAsync();
        _stop.Dispose();
        _end.Dispose();
    }
}
