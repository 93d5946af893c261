namespace Heliostat.Mirroring.Registries;

/// <summary>What is known of the id of a schema.</summary>
internal enum SchemaIdStanding
{
    /// <summary>It has one on the target.</summary>
    Known,

    /// <summary>The source's registry has no such id.</summary>
    Unknown,

    /// <summary>It is being asked for.</summary>
    NotYet,
}
