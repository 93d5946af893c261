using System.Text.RegularExpressions;
using Heliostat.Configuration.Losses;

namespace Heliostat.Tests.Structure;

/// <summary>What documents point at is there: links, files, test classes. And rooms of the engine say what they are for.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Folders = ["src", "test", "docs", "eng", "bench", "ops", "samples", "bin"];

    private static readonly string[] Files =
    [
        .. Directory.EnumerateFiles(RepositoryFiles.Root).Select(Relative),
        .. Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "bin")).Select(Relative),
        .. Folders.SelectMany(folder => RepositoryFiles.Under(folder, "*")).Select(Relative),
    ];

    private static IEnumerable<string> Documents => Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void Every_link_in_a_document_leads_somewhere()
    {
        var dead =
            from document in Documents
            from Match link in Link().Matches(Text(document))
            let target = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(document)!, link.Groups["path"].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{document}: {link.Groups["path"]}";

        Assert.Empty(dead);
    }

    /// <summary>
    /// A file is named by the end of its path, as <c>Pump/Lane.cs</c> or <c>Client/README.md</c>; documents are named in sources, too.
    /// </summary>
    [Fact]
    public void Every_file_that_is_named_is_there()
    {
        var missing =
            from file in Documents.Concat(Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)))
            from Match name in (file.EndsWith(".md", StringComparison.Ordinal) ? FileName() : DocumentName()).Matches(Text(file))
            let wanted = name.Value.TrimStart('.', '/')
            where !Files.Any(present => present == wanted || present.EndsWith("/" + wanted, StringComparison.Ordinal)
                || present.EndsWith("." + wanted, StringComparison.Ordinal))
            select $"{file}: {name.Value}";

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_test_class_that_is_named_is_there()
    {
        var missing =
            from document in Documents
            from Match name in TestClass().Matches(Text(document))
            where !Files.Any(file => Path.GetFileName(file) == name.Groups["class"].Value + ".cs")
            select $"{document}: {name.Value}";

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_project_and_every_room_of_the_engine_has_a_README()
    {
        var places = Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "src"))
            .Concat(Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "src/Heliostat.Mirroring"))
                .Where(room => Path.GetFileName(room) is not ("bin" or "obj")));

        Assert.All(places, place => Assert.True(File.Exists(Path.Combine(place, "README.md")), place));
    }

    [Fact]
    public void The_kinds_of_loss_in_the_guarantees_are_those_there_are()
    {
        var written =
            from line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs/guarantees.md"))
                .SkipWhile(line => line != "## Kinds of loss").TakeWhile(line => line != "## Limits")
            where line.StartsWith("| `", StringComparison.Ordinal)
            let cells = line.Split('|')
            select $"{Quoted(cells[1])}: {Quoted(cells[3])}";

        Assert.Equal(Enum.GetValues<LossKind>()
            .Select(kind => $"{kind.Name()}: {string.Join(", ", kind.Actions().Select(action => action.Name()))}"), written);

        static string Quoted(string cell) => string.Join(", ", Code().Matches(cell).Select(code => code.Groups["text"].Value));
    }

    private static string Relative(string file) => Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/');

    private static string Text(string file) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, file));

    [GeneratedRegex(@"\]\((?!\w+:|#)(?<path>[^)#\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w:*<…/-])[.\w/-]*\w\.(md|cs|csproj)\b(?!/)")]
    private static partial Regex FileName();

    [GeneratedRegex(@"(?<![\w:*<{}""/-])[.\w/-]*\w\.md\b")]
    private static partial Regex DocumentName();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"`(?<class>[A-Z]\w+Tests)\b")]
    private static partial Regex TestClass();
}
