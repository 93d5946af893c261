using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Heliostat.Broker;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Testing;
using Heliostat.Testing.Processes;

namespace Heliostat.MirrorClient.Tests.Packages;

/// <summary>What <c>dotnet pack</c> makes of this library and those below it.</summary>
public sealed partial class PackageTests
{
    private static readonly string[] Libraries = ["Heliostat.Protocol", "Heliostat.Transport", "Heliostat.Client",
        "Heliostat.Configuration", "Heliostat.MirrorClient"];

    private static string Root => RepositoryFolder.Path;

    [Fact]
    public void The_example_of_the_README_is_code_that_compiles()
    {
        var readme = Csharp().Match(File.ReadAllText(Path.Combine(Root, "src/Heliostat.MirrorClient/README.md"))).Groups[1].Value;
        var source = Marked().Match(
            File.ReadAllText(Path.Combine(Root, "test/Heliostat.MirrorClient.Tests/Packages/ReadmeExample.cs"))).Groups[1].Value;

        Assert.Equal(Indent().Replace(source, "").TrimEnd(), readme.TrimEnd());
    }

    [Fact]
    public async Task The_example_of_the_README_runs()
    {
        await using var fixture = await EmbeddedFixture.StartAsync(
            [.. new[] { "A.heartbeats", "A.checkpoints.internal", OffsetMapKey.Topic("A") }.Select(name => new EmbeddedTopic(name, 1, 1))]);

        await ReadmeExample.RunAsync(fixture.Cluster.BootstrapServers, EmbeddedFixture.Deadline);
    }

    [Fact]
    public async Task Packages_hold_what_a_package_should_and_nothing_of_the_machine_that_made_them()
    {
        using var folder = new TemporaryFolder("packages");
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (var library in Libraries)
        {
            await using var pack = ChildProcess.Start(folder.File(library), ["dotnet", "pack", Path.Combine(Root, "src", library), "-c",
                configuration, "--no-build", "-o", folder.Path, "-nodeReuse:false"],
                new Dictionary<string, string> { ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0" }, separateErrors: false);
            Assert.True(await pack.WaitForExitAsync(TimeSpan.FromMinutes(5), CancellationToken.None) == 0, pack.Tail());
        }

        foreach (var library in Libraries)
        {
            using var package = ZipFile.OpenRead(Directory.GetFiles(folder.Path, library + ".*.nupkg")
                .Single(f => char.IsAsciiDigit(Path.GetFileName(f)[library.Length + 1])));
            var entries = package.Entries.ToDictionary(e => e.FullName, Content);
            Assert.All([$"lib/net10.0/{library}.dll", $"lib/net10.0/{library}.xml", "README.md"],
                name => Assert.Contains(name, entries.Keys));
            Assert.All(entries, entry => Assert.DoesNotContain(Root, Encoding.Latin1.GetString(entry.Value), StringComparison.Ordinal));
            var metadata = XDocument.Parse(Encoding.UTF8.GetString(entries[$"{library}.nuspec"]).TrimStart('\uFEFF'))
                .Descendants().ToLookup(e => e.Name.LocalName, e => e);
            Assert.Equal("Apache-2.0", metadata["license"].Single().Value);
            Assert.Equal("README.md", metadata["readme"].Single().Value);
            Assert.NotEqual("Package Description", metadata["description"].Single().Value);
            Assert.Equal(library == Libraries[0],
                metadata["dependency"].All(d => !d.Attribute("id")!.Value.StartsWith("Heliostat.", StringComparison.Ordinal)));
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Csharp();

    [GeneratedRegex("// README\n(.*?)\n *// README\n", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex("^ {8}", RegexOptions.Multiline)]
    private static partial Regex Indent();
}
