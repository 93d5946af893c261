using Heliostat.Testing.Clusters;

namespace Heliostat.Faults.Running;

/// <summary>Numbered records that keep coming; what the source did not take is not tried again, so that no number comes twice.</summary>
internal sealed class NumberedLoad : IAsyncDisposable
{
    public const int PerSecond = 1_000;
    /// <summary>A multiple of all numbers of partitions that there are, so that a key stays in one.</summary>
    private const int Keys = 120;

    private static readonly Dictionary<string, string> Producer = new()
    {
        ["linger.ms"] = "10",
        ["delivery.timeout.ms"] = "60000",
        ["request.timeout.ms"] = "5000",
        ["max.block.ms"] = "20000",
    };

    private readonly CancellationTokenSource _over = new();
    private readonly IReadOnlyDictionary<string, string> _config;
    private readonly Task _running;
    private long _begun;

    private NumberedLoad(ITestCluster cluster, string topic, int partitions)
    {
        Partitions = partitions;
        _config = cluster.IsEmbedded ? new Dictionary<string, string>() : Producer;
        _running = RunAsync(cluster.Client, topic);
    }

    /// <summary>To how many partitions it goes.</summary>
    public int Partitions { get; set; }

    /// <summary>How many chunks were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Why the last of them was.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>Numbers at or above it have not been sent yet.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    public static NumberedLoad Start(ITestCluster cluster, string topic, int partitions) => new(cluster, topic, partitions);

    /// <summary>Returns once all that was begun is acknowledged or refused.</summary>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _over.Dispose();
    }

    private async Task RunAsync(ITestClient client, string topic)
    {
        await Task.Yield();
        while (!_over.IsCancellationRequested)
        {
            var first = Begun;
            Interlocked.Add(ref _begun, PerSecond);
            try
            {
                await client.GenerateAsync(topic, new()
                {
                    First = first,
                    Count = PerSecond,
                    PerSecond = PerSecond,
                    Partitions = Partitions,
                    Keys = Keys,
                    ValueBytes = 1,
                    Config = _config,
                }, CancellationToken.None);
            }
            catch (Exception e)
            {
                Refused++;
                Refusal = e.Message.Split('\n')[0];
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
