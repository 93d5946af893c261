using System.Text.RegularExpressions;

namespace Heliostat.Tests.Structure;

/// <summary>
/// Rooms (the folders of a project) stand one above the other: a room names only rooms below it, so that none is in a circle. Change the
/// table, the picture in ARCHITECTURE.md and the code together.
/// </summary>
public sealed partial class RoomArrowTests
{
    /// <summary>
    /// By project, from the bottom up. Rooms of one line do not name each other. A room in brackets is a hub: what others share by design,
    /// named from below too. The first line holds the types in the project's root that rooms may name; what else is there is the project's
    /// face and names rooms itself.
    /// </summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Heliostat.Protocol"] = ["KafkaException MalformedFrameException", "Vocabulary", "Wire", "Messages Compression", "Records"],
        ["Heliostat.Transport"] = ["BackOff ConnectionFailure ForeignProtocol Frame FramePool KafkaConnectionException Peer", "Waiting",
            "Network", "Security Server"],
        ["Heliostat.Client"] =
        [
            "ClientOptions KafkaErrorException SaslOptions SecurityOptions SharedLogins", "Authentication", "Connections", "Metadata",
            "Routing", "Membership", "Groups Fetching Producing", "Admin", "Transactions",
        ],
        ["Heliostat.Broker"] =
        [
            "EmbeddedClusterOptions EmbeddedListener", "Faults Logs [Storage] [Brokers]", "Authentication Configs Security Quotas",
            "Groups Topics", "Transactions", "Handlers",
        ],
        ["Heliostat.MirrorClient"] = ["", "Formats Policies Positions Topics", "Checkpoints Heartbeats OffsetMaps OffsetSyncs"],
        ["Heliostat.Configuration"] =
        [
            "ConfigurationException ConfigurationProblem Measure", "Files Patterns Plugins", "Losses Transforms", "[Options]", "Settings",
            "Explaining Providers", "Dialects",
        ],
        ["Heliostat.Mirroring"] =
        [
            "", "Java Registries", "Troubles", "Clusters Rules Sharing", "Comparing Duties", "InternalTopics", "Quotas Records Topics",
            "Pump", "Losses", "Equal Lanes Tails", "Offsets", "Audit Deletions Groups Ownership Positions", "Flows", "Planning",
        ],
        ["Heliostat.Demo"] = ["DemoClusters DemoEvent DemoEvents DemoSide DemoTopic DemoTopics", "Audit Consumers Load"],
        ["Heliostat"] = ["ExitCode ProgramVersion SocketThreads", "Output", "DemoView Metrics", "Status", "Pages", "Api", "Connect Strimzi",
            "Commands"],
    };

    [Fact]
    public void Rooms_name_only_rooms_below_them()
    {
        var wrong =
            from project in Rooms
            from file in SourceFiles(project.Key)
            from named in NamedRooms(project.Key, file)
            let room = RoomOf(project.Key, file)
            where !MayName(project.Value, room, named)
            select $"{project.Key}: {room} -> {named} ({Path.GetFileName(file)})";

        Assert.Equal("", string.Join("\n", wrong.Distinct()));
    }

    /// <summary>Types in the root are seen without a using.</summary>
    [Fact]
    public void Rooms_name_nothing_in_the_root_but_what_is_meant_for_them()
    {
        var wrong =
            from project in Rooms
            let shared = Words(project.Value[0])
            where shared is not ["*"]
            let face = SourceFiles(project.Key)
                .Where(file => RoomOf(project.Key, file) == "").Select(file => Path.GetFileNameWithoutExtension(file).Split('.')[0])
                .Where(type => type != "EventIds" && !shared.Contains(type)).ToHashSet()
            from file in SourceFiles(project.Key)
            where RoomOf(project.Key, file) != ""
            from type in face.Intersect(Word().Matches(Code(file)).Select(word => word.Value))
            select $"{project.Key}: {RoomOf(project.Key, file)} -> {type} ({Path.GetFileName(file)})";

        Assert.Equal("", string.Join("\n", wrong.Distinct()));
    }

    [Fact]
    public void What_rooms_share_in_the_root_names_no_room()
    {
        var wrong =
            from project in Rooms
            let shared = Words(project.Value[0])
            from file in SourceFiles(project.Key)
            where RoomOf(project.Key, file) == "" && (shared is ["*"] || shared.Contains(Path.GetFileNameWithoutExtension(file)))
            from named in NamedRooms(project.Key, file)
            select $"{project.Key}: {Path.GetFileName(file)} -> {named}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_and_every_room_is_drawn()
    {
        var undrawn =
            from project in RepositoryFiles.Under("src", "*.csproj").Select(Path.GetFileNameWithoutExtension)
            from room in SourceFiles(project!).Select(file => RoomOf(project!, file)).Distinct()
            where room != "" && !Rooms.GetValueOrDefault(project!, []).Skip(1).SelectMany(Words).Contains(room)
                && !IsHub(Rooms.GetValueOrDefault(project!, []), room)
            select $"{project}/{room}";

        Assert.Empty(undrawn);
    }

    /// <summary>A line of a project: rooms from the bottom up, <c>A, B &lt; C</c>; what is in parentheses is about the root.</summary>
    [Fact]
    public void The_picture_in_ARCHITECTURE_is_the_table()
    {
        var drawn =
            from line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "ARCHITECTURE.md"))
                .SkipWhile(line => line != "## Rooms").TakeWhile(line => line != "## A process, its clusters and their topics")
            where line.StartsWith("    ", StringComparison.Ordinal)
            let name = Words(line)[0]
            let project = name == "Heliostat" ? name : $"Heliostat.{name}"
            select (project, Rooms: string.Join(" < ", line.Trim()[name.Length..]
                .Split('<', StringSplitOptions.TrimEntries).Where(step => !step.StartsWith('(')).Select(step => Sorted(step.Split(", ")))));

        var meant =
            from project in Rooms
            select (project.Key, string.Join(" < ", project.Value.Skip(1).Select(line => Sorted(Words(line)))));

        Assert.Equal(meant.Order(), drawn.Order());

        static string Sorted(IEnumerable<string> rooms) => string.Join(", ", rooms.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        var wrong =
            from project in Rooms.Keys
            from file in SourceFiles(project)
            let folder = Path.GetRelativePath(ProjectFolder(project), Path.GetDirectoryName(file)!)
            let expected = folder == "." ? project : $"{project}.{folder.Replace('/', '.')}"
            let declared = Namespace().Match(File.ReadAllText(file)).Groups["name"].Value
            where declared != "" && declared != expected
            select $"{file}: {declared}";

        Assert.Empty(wrong);
    }

    private static bool MayName(string[] lines, string room, string named) =>
        room == "" || IsHub(lines, room) || IsHub(lines, named) || LineOf(lines, named) < LineOf(lines, room);

    private static bool IsHub(string[] lines, string room) => lines.Skip(1).Any(line => Words(line).Contains($"[{room}]"));

    private static int LineOf(string[] lines, string room) => Array.FindIndex(lines, 1, line => Words(line).Contains(room));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> NamedRooms(string project, string file) =>
        RoomName().Matches(Code(file, withUsings: true)).Select(match => match.Value)
            .Where(name => name.StartsWith(project + ".", StringComparison.Ordinal))
            .Select(name => name[(project.Length + 1)..].Split('.')[0])
            .Where(room => Directory.Exists(Path.Combine(ProjectFolder(project), room)) && room != RoomOf(project, file))
            .Distinct();

    private static string RoomOf(string project, string file) =>
        Path.GetRelativePath(ProjectFolder(project), file).Split('/') is [var room, _, ..] ? room : "";

    private static IEnumerable<string> SourceFiles(string project) => RepositoryFiles.Under($"src/{project}", "*.cs");

    private static string ProjectFolder(string project) => Path.Combine(RepositoryFiles.Root, "src", project);

    private static string Code(string file, bool withUsings = false) => string.Join('\n', File.ReadLines(file).Where(line =>
        !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
        && !line.StartsWith("namespace ", StringComparison.Ordinal)
        && (withUsings || !line.StartsWith("using ", StringComparison.Ordinal))));

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>In a using, or written out.</summary>
    [GeneratedRegex(@"\bHeliostat(\.\w+)+")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
