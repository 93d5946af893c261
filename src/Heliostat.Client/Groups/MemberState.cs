namespace Heliostat.Client.Groups;

/// <summary>What a member knows of itself. Written by <see cref="ConsumerGroup.RunAsync"/> alone; others read <see cref="ConsumerGroup.Membership"/>.</summary>
internal sealed class MemberState
{
    /// <summary>Empty until the coordinator gave one, and again after it forgot us.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>-1 without membership.</summary>
    public int Generation { get; set; } = -1;

    public IReadOnlyList<TopicPartition> Owned { get; set; } = [];

    /// <summary>The last assignment of <see cref="LastGeneration"/>: what a sticky leader is told, kept when ownership ends.</summary>
    public IReadOnlyList<TopicPartition> LastAssignment { get; set; } = [];

    public int LastGeneration { get; set; } = -1;

    /// <summary>Why the next join is asked for (KIP-800): read by people in the broker's log.</summary>
    public string Reason { get; set; } = "joining";
}
