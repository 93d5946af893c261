namespace Heliostat.Configuration.Options;

/// <summary>How a topic that the target lacks is made; its partition count is always the source's.</summary>
public sealed record TopicCreationOptions
{
    /// <summary>Replicas of a created topic; -1 asks for the target broker's default.</summary>
    public short ReplicationFactor { get; init; } = -1;

    /// <summary>How long one creation may take before it is tried again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
