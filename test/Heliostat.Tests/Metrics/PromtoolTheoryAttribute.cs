namespace Heliostat.Tests.Metrics;

/// <summary>Runs where <c>promtool</c> is installed.</summary>
internal sealed class PromtoolTheoryAttribute : TheoryAttribute
{
    public PromtoolTheoryAttribute() => Skip = Promtool.Missing;
}
