using System.Collections.Concurrent;
using Heliostat.Client.Groups;

namespace Heliostat.Client.Tests.Groups;

/// <summary>Notes what a group tells its owner, and what it therefore owns.</summary>
internal sealed class RecordingListener : IGroupListener
{
    private readonly ConcurrentQueue<string> _events = new();
    private readonly Lock _gate = new();
    private readonly HashSet<TopicPartition> _owned = [];

    /// <summary>What to do before a call returns; nothing unless set.</summary>
    public Func<IReadOnlyList<TopicPartition>, CancellationToken, Task> OnAssigned { get; set; } = (_, _) => Task.CompletedTask;

    public Func<IReadOnlyList<TopicPartition>, CancellationToken, Task> OnRevoked { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>As "assigned a-0 a-1 in 3", "revoked a-0", "lost a-1".</summary>
    public IReadOnlyList<string> Events => [.. _events];

    public IReadOnlyList<TopicPartition> Owned
    {
        get
        {
            lock (_gate)
            {
                return [.. _owned.OrderBy(p => p.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition)];
            }
        }
    }

    public void Note(string what) => _events.Enqueue(what);

    public async ValueTask AssignedAsync(IReadOnlyList<TopicPartition> added, int generation, CancellationToken ct)
    {
        lock (_gate)
        {
            _owned.UnionWith(added);
        }

        Note($"assigned {string.Join(' ', added)} in {generation}");
        await OnAssigned(added, ct);
    }

    public async ValueTask RevokedAsync(IReadOnlyList<TopicPartition> removed, CancellationToken ct)
    {
        Note($"revoked {string.Join(' ', removed)}");
        await OnRevoked(removed, ct);
        lock (_gate)
        {
            _owned.ExceptWith(removed);
        }
    }

    public ValueTask LostAsync(IReadOnlyList<TopicPartition> lost, CancellationToken ct)
    {
        Note($"lost {string.Join(' ', lost)}");
        lock (_gate)
        {
            _owned.ExceptWith(lost);
        }

        return ValueTask.CompletedTask;
    }
}
