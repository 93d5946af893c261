namespace Heliostat.DemoView;

/// <summary>How a demo is shown.</summary>
/// <param name="Json">One JSON object a line on standard output.</param>
/// <param name="Plain">Lines even where a live view could be drawn.</param>
/// <param name="Interval">Between two progress lines where there is no live view.</param>
internal sealed record DemoViewOptions(bool Json, bool Plain, TimeSpan Interval);
