using System.Xml.Linq;

namespace Heliostat.Tests.Structure;

/// <summary>The picture of ARCHITECTURE.md, "Projects": change the picture and this table together.</summary>
public sealed class DependencyArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Heliostat.Plugins"] = [],
        ["Heliostat.Protocol"] = [],
        ["Heliostat.Transport"] = ["Heliostat.Protocol"],
        ["Heliostat.Client"] = ["Heliostat.Transport"],
        ["Heliostat.Broker"] = ["Heliostat.Transport"],
        ["Heliostat.MirrorClient"] = ["Heliostat.Configuration"],
        ["Heliostat.Configuration"] = ["Heliostat.Client", "Heliostat.Plugins"],
        ["Heliostat.Mirroring"] = ["Heliostat.MirrorClient"],
        ["Heliostat.Demo"] = ["Heliostat.Mirroring", "Heliostat.Broker"],
        ["Heliostat"] = ["Heliostat.Mirroring", "Heliostat.Broker", "Heliostat.Demo"],
    };

    [Fact]
    public void Every_project_references_only_what_is_drawn()
    {
        var wrong =
            from project in RepositoryFiles.Under("src", "*.csproj")
            let name = Path.GetFileNameWithoutExtension(project)
            from reference in XDocument.Load(project).Descendants("ProjectReference")
            let target = Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)
            where !Arrows.TryGetValue(name, out var drawn) || !drawn.Contains(target)
            select $"{name} -> {target}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_is_drawn() =>
        Assert.All(RepositoryFiles.Under("src", "*.csproj"),
            project => Assert.Contains(Path.GetFileNameWithoutExtension(project), Arrows.Keys));

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        Assert.DoesNotContain(RepositoryFiles.Under("src", "*.cs"), file => File.ReadLines(file).Count() > 500);
}
