namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>What of a cluster is otherwise.</summary>
public enum DifferenceKind
{
    /// <summary>A mirrored topic is not there, or what it was made of is not.</summary>
    Topic,

    /// <summary>A mirrored topic has more or fewer partitions.</summary>
    Partitions,

    /// <summary>A mirrored topic has a config with another value.</summary>
    Config,

    /// <summary>An access rule of a mirrored topic is not there.</summary>
    Acl,

    /// <summary>A group would not go on where it stands on the source.</summary>
    Group,

    /// <summary>A quota is not there, or is another.</summary>
    Quota,

    /// <summary>A user who logs in with SCRAM is not there, or cannot with the same mechanism.</summary>
    ScramUser,
}
