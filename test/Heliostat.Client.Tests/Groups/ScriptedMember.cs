using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Groups;

/// <summary>A member that runs against a <see cref="ScriptedCluster"/>, with heartbeats every few milliseconds.</summary>
internal sealed class ScriptedMember : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();

    public ScriptedMember(Func<GroupOptions, GroupOptions>? options = null)
    {
        Cluster = new ScriptedCluster(Listener);
        var usual = new GroupOptions { GroupId = "g", HeartbeatInterval = TimeSpan.FromMilliseconds(5), Assignors = [Assignors.Range] };
        Group = new ConsumerGroup(Cluster, options?.Invoke(usual) ?? usual, Listener, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public RecordingListener Listener { get; } = new();

    public ScriptedCluster Cluster { get; }

    public ConsumerGroup Group { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public ScriptedMember Start(params string[] topics)
    {
        Group.SetTopics(topics.Length == 0 ? ["a"] : topics);
        Running = Group.RunAsync(_stop.Token);
        return this;
    }

    public Task SeesAsync(string text) => Eventually.ValueAsync(
        $"'{text}'", Within, _ => Task.FromResult(string.Join("\n", Listener.Events)),
        seen => seen.Contains(text, StringComparison.Ordinal), CancellationToken.None);

    /// <summary>Waits until the member has noted exactly these, heartbeats aside.</summary>
    public async Task SeesAllAsync(params string[] events)
    {
        var expected = string.Join("\n", events);
        await Eventually.ValueAsync(
            $"\n{expected}\n", Within, _ => Task.FromResult(string.Join("\n", Listener.Events)),
            seen => seen == expected || seen.Length > expected.Length, CancellationToken.None);
        Assert.Equal(expected, string.Join("\n", Listener.Events));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Within);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Within).ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
