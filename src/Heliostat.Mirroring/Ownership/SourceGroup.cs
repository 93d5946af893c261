using Heliostat.Mirroring.Duties;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// A consumer group of the source shares partitions out among its members, here and in other processes: MirrorMaker 1's way.
/// </summary>
/// <param name="members">One for each holder.</param>
internal sealed class SourceGroup(IReadOnlyList<SourceMember> members) : IOwnership
{
    public Task RunAsync(IReadOnlyList<ILaneHolder> holders, CancellationToken stop, CancellationToken abort) => LoopEnds.FirstEndsAllAsync(
        members.Zip(holders, (member, holder) => (Func<CancellationToken, Task>)(ct => member.RunAsync(holder, ct))), stop);
}
