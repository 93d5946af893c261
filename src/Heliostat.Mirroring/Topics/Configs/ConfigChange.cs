namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>A change of one config of a mirrored topic.</summary>
/// <param name="Name">The config's name.</param>
/// <param name="Operation">Whether it is set or returns to the target's default.</param>
/// <param name="Value">The value to set; null to delete.</param>
/// <param name="Present">The value on the target now; null where the target does not know the config.</param>
internal sealed record ConfigChange(string Name, ConfigOperation Operation, string? Value, string? Present);
