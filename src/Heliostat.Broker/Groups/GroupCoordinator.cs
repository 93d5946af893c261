using System.Collections.Concurrent;
using Heliostat.Broker.Configs;
using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Groups;

/// <summary>The groups of the cluster. A group's coordinator may change; the group does not.</summary>
internal sealed class GroupCoordinator(BrokerSettings settings, StateJournal journal, Random random)
{
    private readonly ConcurrentDictionary<string, Group> _groups = new();

    public IEnumerable<Group> All => _groups.Values;

    public Group? Find(string groupId) => _groups.GetValueOrDefault(groupId) is { State: not GroupState.Dead } group ? group : null;

    public Group FindOrAdd(string groupId) => Find(groupId) ?? _groups.AddOrUpdate(
        groupId,
        id => new Group(id, settings, journal, random),
        (id, old) => old.State == GroupState.Dead ? new Group(id, settings, journal, random) : old);

    public void Restore(OffsetRecord record) => FindOrAdd(record.Group).Offsets.Restore(record);

    public void Tick(long nowMs)
    {
        foreach (var (_, group) in _groups) group.Tick(nowMs);
    }

    /// <summary>Drops the positions in a topic that was deleted.</summary>
    public void ForgetTopic(string topic)
    {
        foreach (var (_, group) in _groups)
        {
            lock (group.Sync) group.Offsets.ForgetTopic(topic);
        }
    }
}
