namespace Heliostat.Mirroring.Registries;

/// <summary>A schema that another one names.</summary>
/// <param name="Name">What the other calls it.</param>
/// <param name="Subject">The subject that it is registered under.</param>
/// <param name="Version">Its version there.</param>
internal readonly record struct SchemaReference(string Name, string Subject, int Version);
