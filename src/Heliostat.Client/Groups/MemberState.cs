using Heliostat.Client.Membership;

namespace Heliostat.Client.Groups;

/// <summary>
/// What a member of a consumer group knows of itself. Written by <see cref="ConsumerGroup.RunAsync"/> alone, except for
/// <see cref="Topics"/>, which the owner sets; others read <see cref="Membership"/>.
/// </summary>
internal sealed class MemberState : MemberPlace
{
    private volatile GroupMembership _membership = GroupMembership.None;
    private volatile IReadOnlyList<string>? _topics;

    /// <summary>What is shown to others.</summary>
    public GroupMembership Membership
    {
        get => _membership;
        set => _membership = value;
    }

    /// <summary>What to subscribe to, in order and without repetition; null until the owner says.</summary>
    public IReadOnlyList<string>? Topics
    {
        get => _topics;
        set => _topics = value;
    }

    public IReadOnlyList<TopicPartition> Owned { get; private set; } = [];

    /// <summary>The last assignment of <see cref="LastGeneration"/>: what a sticky leader is told, kept when ownership ends.</summary>
    public IReadOnlyList<TopicPartition> LastAssignment { get; set; } = [];

    public int LastGeneration { get; set; } = -1;

    public void Own(IReadOnlyList<TopicPartition> owned)
    {
        Owned = owned;
        Membership = Membership with { Owned = owned };
    }
}
