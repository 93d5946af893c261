namespace Heliostat.MirrorBenchmark;

/// <summary>How everybody stood at one moment of a run.</summary>
/// <param name="After">Since the start of the mirror.</param>
/// <param name="Bytes">What the target held, counted as uncompressed records.</param>
/// <param name="Mirror">The process measured.</param>
/// <param name="Source">The source broker.</param>
/// <param name="Target">The target broker.</param>
/// <param name="Machine">All processes together.</param>
internal sealed record Sighting(TimeSpan After, long Bytes, ProcessUsage Mirror, ProcessUsage Source, ProcessUsage Target,
    MachineUsage Machine);
