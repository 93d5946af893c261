using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Heliostat.Tests.Structure;

/// <summary>
/// Types stay small enough to think about: at most 12 fields that change, at most 6 constructor parameters, at most 500 lines over all
/// files of a type, and more than one file only for logs, native calls, ref structs and flat call surfaces. What is not so yet is in
/// Shapes.txt: a line there is a debt, which may shrink and not grow. <c>HELIOSTAT_UPDATE=1</c> writes it anew.
/// </summary>
public sealed class TypeShapeTests
{
    private const int MostMutableFields = 12;
    private const int MostParameters = 6;
    private const int MostLines = 500;

    private static readonly string[] Projects =
    [
        "Heliostat.Plugins", "Heliostat.Protocol", "Heliostat.Transport", "Heliostat.Client", "Heliostat.Broker",
        "Heliostat.MirrorClient", "Heliostat.Configuration", "Heliostat.Mirroring", "Heliostat.Demo", "Heliostat",
    ];

    /// <summary>Ref structs, which cannot be composed, and call surfaces: many calls, next to no state.</summary>
    private static readonly string[] MayHaveSeveralFiles = ["WireReader", "WireWriter", "AdminClient", "KafkaClient", "MirrorClient",
        "OffsetMap"];

    private static readonly string DebtFile = Path.Combine(RepositoryFiles.Root, "test/Heliostat.Tests/Structure/Shapes.txt");

    [Fact]
    public void No_type_is_larger_than_the_file_says()
    {
        var now = Fields().Concat(Parameters())
            .Concat(Files()).GroupBy(debt => debt.What).ToDictionary(same => same.Key, same => same.Max(debt => debt.Amount));
        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllLines(DebtFile, now.Select(debt => $"{debt.Key}: {debt.Value}").Order(StringComparer.Ordinal));
        }

        var allowed = File.ReadAllLines(DebtFile).Select(line => line.Split(": "))
            .ToDictionary(parts => string.Join(": ", parts[..^1]), parts => int.Parse(parts[^1], CultureInfo.InvariantCulture));
        Assert.Equal("", string.Join("\n",
            now.Where(debt => debt.Value > allowed.GetValueOrDefault(debt.Key)).Select(debt => $"{debt.Key}: {debt.Value}")));
        Assert.Equal("", string.Join("\n", allowed.Keys.Except(now.Keys).Select(paid => $"{paid}: paid, take the line out")));
    }

    private static IEnumerable<(string What, int Amount)> Fields() =>
        from type in Types()
        where type.Namespace != "Heliostat.Protocol.Messages"
        let mutable = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Count(field => !field.IsInitOnly && !field.Name.EndsWith(">P", StringComparison.Ordinal))
        where mutable > MostMutableFields
        select ($"{type.FullName}: fields that change", mutable);

    private static IEnumerable<(string What, int Amount)> Parameters() =>
        from type in Types()
        from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly)
        where constructor.GetParameters().Length > MostParameters
        select ($"{type.FullName}: constructor parameters", constructor.GetParameters().Length);

    private static IEnumerable<(string What, int Amount)> Files() =>
        from project in Projects
        from files in RepositoryFiles.Under($"src/{project}", "*.cs")
            .GroupBy(file => Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileName(file).Split('.')[0]))
        let type = $"{project}: {Path.GetFileName(files.Key)}"
        let parts = files.Select(file => Path.GetFileName(file).Split('.'))
            .Where(name => name.Length == 3 && name[1] is not ("Log" or "Native")).ToList()
        let lines = files.Sum(file => File.ReadLines(file).Count())
        from debt in ((string What, int Amount)[])
        [
            ($"{type}: files", parts.Count > 0 && !MayHaveSeveralFiles.Contains(Path.GetFileName(files.Key)) ? parts.Count + 1 : 0),
            ($"{type}: lines", lines > MostLines ? (lines + 99) / 100 * 100 : 0),
        ]
        where debt.Amount > 0
        select debt;

    private static IEnumerable<Type> Types() =>
        Projects.SelectMany(project => Assembly.Load(project == "Heliostat" ? "heliostat" : project).GetTypes())
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.Name[0] is not ('<' or '_')
                && !type.IsSubclassOf(typeof(JsonSerializerContext)));
}
