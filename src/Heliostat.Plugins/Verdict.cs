namespace Heliostat.Plugins;

/// <summary>What a plug-in says of a record.</summary>
public enum Verdict
{
    /// <summary>It is mirrored, with what was changed; without changes it stays bit for bit what it was.</summary>
    Keep = 0,

    /// <summary>It is left out.</summary>
    Drop = 1,
}
