using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliostat.Tests.Structure;

/// <summary>All projects may log to one place, as in the demo: an id must say what happened without the name of the project.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void No_event_id_is_used_twice()
    {
        var shared =
            from file in RepositoryFiles.Under("src", "EventIds.cs")
            let project = Path.GetFileName(Path.GetDirectoryName(file))
            from id in Id().Matches(File.ReadAllText(file))
            group $"{project}: {id.Groups["name"]}" by int.Parse(id.Groups["number"].Value, CultureInfo.InvariantCulture) into users
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

    private static Dictionary<string, string> Ids(string file) =>
        Id().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, file))).ToDictionary(id => id.Groups["name"].Value, id => id.Groups["number"].Value);

    [GeneratedRegex(@"const int (?<name>\w+) = (?<number>\d+);")]
    private static partial Regex Id();
}
