namespace Heliostat.Demo;

/// <summary>Something that happened, in one line.</summary>
internal sealed record DemoEvent(DateTimeOffset At, string Text);
