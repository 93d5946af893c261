namespace Heliostat.Mirroring.Flows;

/// <summary>One flow at one moment.</summary>
public sealed record FlowSnapshot
{
    /// <summary>The flow as the file names it: <c>A->B</c>.</summary>
    public required string Flow { get; init; }

    public required FlowStatus Status { get; init; }

    /// <summary>Why it waits or was refused, or what does not get on although it runs; null when all is well.</summary>
    public string? Cause { get; init; }

    /// <summary>What its lanes do.</summary>
    public required MirrorSnapshot Lanes { get; init; }
}
