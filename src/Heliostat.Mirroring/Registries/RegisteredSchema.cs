namespace Heliostat.Mirroring.Registries;

/// <summary>A schema where it stands in a registry.</summary>
/// <param name="Id">Its id, which records carry.</param>
/// <param name="Version">Its version of its subject.</param>
/// <param name="Schema">The schema.</param>
internal sealed record RegisteredSchema(int Id, int Version, Schema Schema);
