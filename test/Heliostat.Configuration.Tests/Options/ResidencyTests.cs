using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Options;

/// <summary>What <c>heliostat.residency.deny</c> denies, by the labels of clusters.</summary>
public sealed class ResidencyTests
{
    [Theory]
    [InlineData("eu -> us", "eu", "us", true)]
    [InlineData("eu->us", "eu,pci", "gold, us", true)]
    [InlineData("eu -> us", "us", "eu", false)]
    [InlineData("eu -> us", "eu", "", false)]
    [InlineData("eu -> !eu", "eu", "", true)]
    [InlineData("eu -> !eu", "eu", "eu, us", false)]
    [InlineData("pci -> *", "pci", "", true)]
    [InlineData("* -> us", "", "us", true)]
    [InlineData("us -> eu, pci -> !pci", "eu,pci", "eu", true)]
    public void A_flow_that_one_rule_denies_is_refused_with_key_and_line(string rules, string source, string target, bool denied)
    {
        var read =
            Configurations.GoodWith($"A.heliostat.labels = {source}\nB.heliostat.labels = {target}\nheliostat.residency.deny = {rules}\n");

        Assert.Equal(denied,
            read.Errors.Lines().SingleOrDefault()?.StartsWith("7: heliostat.residency.deny: '", StringComparison.Ordinal) ?? false);
        Assert.DoesNotContain(read.Warnings.Lines(), warning => warning.Contains("no effect", StringComparison.Ordinal));
    }

    [Fact]
    public void The_refusal_says_what_meets_what() => Assert.Equal(
        ["6: heliostat.residency.deny: 'eu -> !eu' denies A->B: A has 'eu, pci', B has no labels; take 'A->B.enabled' out, or the rule"],
        Configurations.GoodWith("A.heliostat.labels = eu, pci\nheliostat.residency.deny = eu -> !eu\n").Errors.Lines());

    [Fact]
    public void Topics_are_denied_by_their_names_on_the_source()
    {
        var flow = Configurations.GoodWith("A.heliostat.labels = eu\nheliostat.residency.deny = customers.*: eu -> *\n").ToFile().Flows[0];

        Assert.Null(flow.Residency.DeniesAll);
        Assert.Equal("customers.*: eu -> *", flow.Residency.Denies("customers.addresses"));
        Assert.Null(flow.Residency.Denies("orders"));
    }

    [Theory]
    [InlineData("A->B.heliostat.residency.deny = eu -> us",
        "5: A->B.heliostat.residency.deny: denies nothing there: write 'heliostat.residency.deny', which holds for all flows of the file")]
    [InlineData("A.heliostat.residency.deny = eu -> us",
        "5: A.heliostat.residency.deny: denies nothing there: write 'heliostat.residency.deny', which holds for all flows of the file")]
    [InlineData("heliostat.labels = eu", "5: heliostat.labels: labels no cluster: write 'ALIAS.heliostat.labels', of one of A, B")]
    [InlineData("C.heliostat.labels = eu", "5: C.heliostat.labels: labels no cluster: write 'ALIAS.heliostat.labels', of one of A, B")]
    [InlineData("heliostat.residency.deny = eu",
        "5: heliostat.residency.deny: 'eu' has 'eu' where LABEL -> LABEL is to be, !LABEL for clusters without it, * for any; or PATTERN: "
            + "before it, of topics")]
    [InlineData("heliostat.residency.deny = eu -> u s",
        "5: heliostat.residency.deny: 'eu -> u s' has 'eu -> u s' where LABEL -> LABEL is to be, !LABEL for clusters without it, * for "
            + "any; or PATTERN: before it, of topics")]
    public void What_would_deny_nothing_is_refused(string written, string problem) =>
        Assert.Equal([problem], Configurations.GoodWith(written).Errors.Lines());

    [Fact]
    public void A_label_that_no_cluster_has_is_told() => Assert.Equal(
        ["6: heliostat.residency.deny: names 'uss', which no cluster has: write 'ALIAS.heliostat.labels'"],
        Configurations.GoodWith("A.heliostat.labels = eu\nheliostat.residency.deny = eu -> uss\n").Warnings.Lines());
}
