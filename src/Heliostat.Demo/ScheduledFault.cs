namespace Heliostat.Demo;

/// <summary>A broker restart, so long after the start.</summary>
internal readonly record struct ScheduledFault(DemoSide Side, TimeSpan At);
