namespace Heliostat.Demo;

/// <summary>One partition at one moment: what both sides hold of it, how the mirror does, and where the group stands.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Kind">What is special about the topic, in a word or two.</param>
internal sealed record DemoLane(string Topic, int Partition, string Kind)
{
    public long SourceEnd { get; init; }

    public long TargetEnd { get; init; }

    /// <summary>Offsets of the source that are not mirrored yet; null until the mirror has opened the lane.</summary>
    public long? Lag { get; init; }

    public double RecordsPerSecond { get; init; }

    /// <summary>What the group has committed on the source; null where it reads nothing.</summary>
    public long? GroupOffset { get; init; }

    /// <summary>The same place on the target, committed there; null until it is known.</summary>
    public long? TranslatedOffset { get; init; }

    /// <summary>Whether the mirror has opened it.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Why it stands still; null while it moves or could.</summary>
    public string? Waits { get; init; }
}
