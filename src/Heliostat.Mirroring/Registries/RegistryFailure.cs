namespace Heliostat.Mirroring.Registries;

/// <summary>In which way a schema registry failed.</summary>
internal enum RegistryFailure
{
    /// <summary>It cannot be reached, does not answer in time, or is not able to.</summary>
    Unreachable,

    /// <summary>It does not let us in, or is not to be trusted.</summary>
    LoginFailed,

    /// <summary>We may not do that there.</summary>
    NotAuthorized,

    /// <summary>It does not do what it was asked for.</summary>
    Refused,
}
