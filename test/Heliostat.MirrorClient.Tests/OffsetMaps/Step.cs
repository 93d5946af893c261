namespace Heliostat.MirrorClient.Tests.OffsetMaps;

/// <summary>Something that happens to a lane; the numbers mean what the kind makes of them.</summary>
public sealed record Step(StepKind Kind, int A, int B, int Count);
