using Heliostat.Tests.Structure;

namespace Heliostat.Tests.Metrics;

public sealed class MetricsPageTests
{
    [Fact]
    public void The_page_of_metrics_is_what_the_declarations_say()
    {
        var file = Path.Combine(RepositoryFiles.Root, "docs/metrics.md");
        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllText(file, MetricsPage.Write());
        }

        Assert.Equal(File.ReadAllText(file), MetricsPage.Write());
    }
}
