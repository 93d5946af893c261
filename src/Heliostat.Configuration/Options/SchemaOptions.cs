namespace Heliostat.Configuration.Options;

/// <summary>How the schemas of a flow's records reach the target's registry.</summary>
public sealed record SchemaOptions
{
    /// <summary>How often the source's registry is looked at where nobody says.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);

    /// <summary>What is done; never <see cref="SchemaCopying.Off"/>.</summary>
    public required SchemaCopying Copying { get; init; }

    /// <summary>The registry that the source's records were written by.</summary>
    public required RegistryOptions Source { get; init; }

    /// <summary>The registry that the target's records are read by.</summary>
    public required RegistryOptions Target { get; init; }

    /// <summary>
    /// <c>heliostat.schemas.subjects</c> and <c>heliostat.schemas.subjects.exclude</c>: which subjects are copied. Those that their schemas
    /// refer to go with them.
    /// </summary>
    public required TopicSelection Subjects { get; init; }

    /// <summary><c>heliostat.schemas.compatibility</c>: levels and modes that a subject has of its own are copied too.</summary>
    public bool CopiesLevels { get; init; } = true;

    /// <summary><c>heliostat.schemas.interval.ms</c>: how often the source's registry is looked at.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;
}
