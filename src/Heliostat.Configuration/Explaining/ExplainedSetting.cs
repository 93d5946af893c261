namespace Heliostat.Configuration.Explaining;

/// <summary>One setting of one reader, as it may be shown: secrets are hidden.</summary>
public sealed record ExplainedSetting
{
    /// <summary>The setting's own name.</summary>
    public required string Key { get; init; }

    /// <summary>The value that holds, or null when the setting is not set and has no default.</summary>
    public required string? Value { get; init; }

    /// <summary>Whether nobody set it, so that the value is Heliostat's default.</summary>
    public required bool IsDefault { get; init; }

    /// <summary>The key under which it was written, or null.</summary>
    public string? WrittenAs { get; init; }

    /// <summary>The line it was written in; 0 when it was not.</summary>
    public int Line { get; init; }

    /// <summary>Why it has this value though nobody wrote it, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the value has no effect, or null when it has.</summary>
    public string? NoEffect { get; init; }

    /// <summary>Other spellings of the same setting that lost, strongest first.</summary>
    public IReadOnlyList<ExplainedLoser> Overridden { get; init; } = [];
}
