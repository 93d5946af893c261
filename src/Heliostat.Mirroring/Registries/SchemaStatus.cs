namespace Heliostat.Mirroring.Registries;

/// <summary>How the schemas of a flow stand.</summary>
/// <param name="Subjects">Subjects of the source's registry that are copied.</param>
/// <param name="Schemas">Ids of the source's registry that are known on the target.</param>
/// <param name="Registered">Schemas that this process registered there.</param>
/// <param name="Unknown">Ids that records have and the source's registry does not.</param>
/// <param name="Failed">Subjects that a registry does not give or take, and ids as <c>id 7</c>, with why.</param>
/// <param name="LookedAt">When the registries were last looked at whole; null when they were not yet.</param>
public sealed record SchemaStatus(int Subjects, int Schemas, long Registered, int Unknown, IReadOnlyDictionary<string, string> Failed,
    DateTimeOffset? LookedAt);
