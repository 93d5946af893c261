using System.Text.Json;
using System.Text.RegularExpressions;
using Heliostat.Metrics;
using Heliostat.Tests.Structure;

namespace Heliostat.Tests.Metrics;

/// <summary>What is in <c>ops/</c> stands on metrics that there are, and alerts when it should.</summary>
public sealed partial class OpsTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "ops");

    [Fact]
    public void Rules_and_dashboard_name_only_metrics_that_are_declared()
    {
        var declared = MirrorMetrics.OnMain
            .SelectMany(metric => metric.Kind == MetricKind.Histogram ? [$"{metric.Name}_bucket"] : new[] { metric.Name }).ToHashSet();
        var unknown =
            from file in Directory.EnumerateFiles(Folder).Where(file => !file.EndsWith(".md", StringComparison.Ordinal))
            from name in Name().Matches(File.ReadAllText(file)).Select(match => match.Value)
            where !declared.Contains(name)
            select $"{Path.GetFileName(file)}: {name}";

        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public void Each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent()
    {
        var alerts = Alert()
            .Matches(File.ReadAllText(Path.Combine(Folder, "heliostat.rules.yml"))).Select(match => match.Groups["name"].Value);
        var cases = File.ReadAllLines(Path.Combine(Folder, "heliostat.rules.test.yml"));

        Assert.Equal(alerts.SelectMany(alert => new[] { $"- name: {alert} fires", $"- name: {alert} is silent" }),
            cases.Where(line => line.StartsWith("- name:", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_dashboard_is_JSON_whose_panels_do_not_overlap()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "heliostat.dashboard.json")));

        var taken = new HashSet<(int, int)>();
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            var place = panel.GetProperty("gridPos");
            int Of(string name) => place.GetProperty(name).GetInt32();
            Assert.All(
                from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y),
                cell => Assert.True(cell.x < 24 && taken.Add(cell), $"{panel.GetProperty("title")} at {cell}"));
        }
    }

    [PromtoolTheory]
    [InlineData("check", "rules", "heliostat.rules.yml")]
    [InlineData("test", "rules", "heliostat.rules.test.yml")]
    public async Task Alerts_pass_Prometheus_s_own_tests(params string[] arguments)
    {
        var (exitCode, said) = await Promtool.RunAsync(arguments, "");

        Assert.True(exitCode == 0, said);
    }

    [GeneratedRegex(@"heliostat_\w+|\b(process|dotnet)_\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^  - alert: (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Alert();
}
