namespace Heliostat.Configuration.Options;

/// <summary>What is done about the schemas of the source's registry: <c>heliostat.schemas</c>.</summary>
public enum SchemaCopying
{
    /// <summary>Registries are not asked.</summary>
    Off,

    /// <summary>They are looked up in the target's registry, and ids in records become its own; nothing is registered.</summary>
    Lookup,

    /// <summary>They are registered in the target's registry, and ids in records become its own.</summary>
    Translate,

    /// <summary>
    /// They are registered in the target's registry with the ids and versions that they have, and records go as they are.
    /// </summary>
    Keep,
}
