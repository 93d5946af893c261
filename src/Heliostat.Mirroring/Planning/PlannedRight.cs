namespace Heliostat.Mirroring.Planning;

/// <summary>What a principal of the flow needs on one resource, and lacks.</summary>
public sealed record PlannedRight
{
    /// <summary>The cluster's alias.</summary>
    public required string Cluster { get; init; }

    /// <summary>Whom the brokers take the mirror for, as far as the file tells: <c>User:mirror</c>; null where it does not.</summary>
    public required string? Principal { get; init; }

    /// <summary>The resource, for a person: <c>topics 'orders*'</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>What for.</summary>
    public required string For { get; init; }

    /// <summary>Operations that are allowed, by Kafka's names.</summary>
    public required IReadOnlyList<string> Has { get; init; }

    /// <summary>Operations that are needed and refused.</summary>
    public required IReadOnlyList<string> Lacks { get; init; }

    /// <summary>Operations that are needed and of which the brokers do not tell.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>The command that gives what is missing; null where nothing is.</summary>
    public string? Command { get; init; }
}
