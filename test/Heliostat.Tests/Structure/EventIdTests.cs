using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Heliostat.Tests.Structure;

/// <summary>
/// All projects may log to one place, as in the demo: an id must say what happened without the name of the project. The names by
/// which people filter, and the page of them, are made from the code: <c>HELIOSTAT_UPDATE=1</c> writes both anew.
/// </summary>
public sealed partial class EventIdTests
{
    private const string UpdateHint =
        "HELIOSTAT_UPDATE=1 dotnet test test/Heliostat.Tests --filter FullyQualifiedName~EventIdTests writes it anew";

    [Fact]
    public void No_event_id_is_used_twice()
    {
        var shared =
            from known in AllIds()
            group $"{known.Project}: {known.Constant}" by known.Number into users
            where users.Count() > 1
            select $"{users.Key} is {string.Join(" and ", users)}";

        Assert.Empty(shared);
    }

    [Fact]
    public void The_programs_log_knows_ends_of_troubles_by_the_names_that_they_have()
    {
        var client = Ids("src/Heliostat.Client/EventIds.cs");
        var known = Ids("src/Heliostat/Output/Logs/AllClear.cs");

        Assert.NotEmpty(known);
        Assert.All(known, id => Assert.Equal(client[id.Key], id.Value));
    }

    [Fact]
    public void Every_event_has_the_name_of_its_constant() => AssertFile("src/Heliostat/Output/Logs/EventNames.cs", Names());

    [Fact]
    public void The_page_of_events_is_what_the_code_says() => AssertFile("docs/events.md", Page());

    private static void AssertFile(string name, string text)
    {
        var file = Path.Combine(RepositoryFiles.Root, name);
        if (Environment.GetEnvironmentVariable("HELIOSTAT_UPDATE") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == text, $"{name} is stale: {UpdateHint}");
    }

    private static string Names()
    {
        var text = new StringBuilder("""
            namespace Heliostat.Output.Logs;

            /// <summary>Names of events, by which people filter: made from the constants of <c>EventIds</c>, and as lasting as their numbers.</summary>
            internal static class EventNames
            {
                /// <summary>Null for a number that is nobody's.</summary>
                public static string? Of(int id) => id switch
                {

            """);
        foreach (var (_, constant, number) in AllIds())
        {
            text.Append(CultureInfo.InvariantCulture, $"        {number} => \"{Name(constant)}\",\n");
        }

        return text.Append("        _ => null,\n    };\n}\n").ToString();
    }

    private static string Page()
    {
        var logged = (
            from file in RepositoryFiles.Under("src", "*.cs")
            from Match message in Message().Matches(File.ReadAllText(file))
            group message by (Project: ProjectOf(file), Constant: message.Groups["constant"].Value)).ToDictionary(
                same => same.Key, same => same.ToList());
        var text = new StringBuilder("""
            # Events

            Made from the code; a test fails when it is stale, and `HELIOSTAT_UPDATE=1 dotnet test test/Heliostat.Tests` writes it anew.

            `--log-format json` writes one object a line, and `GET /api/v1/events` gives the same: `ts` (RFC 3339, UTC), `level` (`debug`, `info`, `warn`, `error`), `event` and `id` (below: they do not
            change, and are not used again for something else), `msg` for people, `flow` where it is of one, `cause` where there is one, then what the event tells besides. What the program itself says
            has the id 0: `program`, `progress` (in the log only), `operator_action` (somebody paused, resumed or changed something: `by`, `from`, `action`, `what`, `reason`), `file_read`, `file_taken`, `file_needs_restart`, `file_refused` (at SIGHUP, and `POST /api/v1/reload`). What was held back within
            a minute ends in `(3 times more in the last 60 s)`.

            | event | id | level | tells besides |
            | --- | --- | --- | --- |

            """);
        foreach (var (project, constant, number) in AllIds())
        {
            var messages = logged.GetValueOrDefault((project, constant), []);
            var levels = string.Join(", ", messages.Select(message => Level(message.Groups["level"].Value)).Distinct());
            var properties = messages.SelectMany(message => Property().Matches(message.Groups["text"].Value))
                .Select(property => property.Groups["name"].Value)
                .Where(name => name != "Cause").Select(Name).Distinct();
            text.Append(CultureInfo.InvariantCulture,
                $"| `{Name(constant)}` | {number} | {levels} | {string.Join(", ", properties.Select(name => $"`{name}`"))} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Project, string Constant, int Number)> AllIds() =>
        from file in RepositoryFiles.Under("src", "EventIds.cs")
        from Match id in Id().Matches(File.ReadAllText(file))
        let number = int.Parse(id.Groups["number"].Value, CultureInfo.InvariantCulture)
        orderby number
        select (ProjectOf(file), id.Groups["name"].Value, number);

    private static Dictionary<string, string> Ids(string file) =>
        Id().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, file))).ToDictionary(
            id => id.Groups["name"].Value, id => id.Groups["number"].Value);

    private static string ProjectOf(string file) => Path.GetRelativePath(Path.Combine(RepositoryFiles.Root, "src"), file).Split('/')[0];

    private static string Name(string constant) => JsonNamingPolicy.SnakeCaseLower.ConvertName(constant);

    private static string Level(string level) => level switch
    {
        "Warning" => "warn",
        "Information" => "info",
        _ => level.ToLowerInvariant(),
    };

    [GeneratedRegex(@"const int (?<name>\w+) = (?<number>\d+);")]
    private static partial Regex Id();

    [GeneratedRegex(@"LoggerMessage\(EventIds\.(?<constant>\w+), LogLevel\.(?<level>\w+),(?<text>(?:[^""\])]|""(?:[^""\\]|\\.)*"")*)\)\]")]
    private static partial Regex Message();

    [GeneratedRegex(@"\{(?<name>[A-Z]\w*)(?::[^}]*)?\}")]
    private static partial Regex Property();
}
