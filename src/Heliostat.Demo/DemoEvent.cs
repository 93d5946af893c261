using Microsoft.Extensions.Logging;

namespace Heliostat.Demo;

/// <summary>Something that happened, in one line.</summary>
internal sealed record DemoEvent(DateTimeOffset At, LogLevel Level, string Text);
