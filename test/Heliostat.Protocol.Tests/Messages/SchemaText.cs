using Heliostat.Protocol.Wire;
using SchemaCheck;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>
/// Prints the schemas of all versions of a message as one: a line for each field, with versions where they are not the parent's.
/// </summary>
internal sealed class SchemaText
{
    private readonly List<string> _lines = [];

    public static IEnumerable<string> Print(Message message)
    {
        var text = new SchemaText();
        int[] versions = [.. Enumerable.Range(message.MinVersion, message.MaxVersion - message.MinVersion + 1)];
        var flexible = Range([.. versions.Where(version => message.IsFlexible((short)version))], versions);
        text._lines.Add($"{message.Name} {versions[0]}-{versions[^1]}, flexible {(flexible.Length > 0 ? flexible : "never")}");
        text.Print("    ", versions.ToDictionary(version => version, version => message.Fields((short)version)));
        return text._lines;
    }

    private void Print(string indent, Dictionary<int, IReadOnlyList<WireField>> versions)
    {
        int[] all = [.. versions.Keys.Order()];
        foreach (var name in Order(versions))
        {
            var field = all.Where(version => Find(versions[version], name) is not null).ToDictionary(v => v, v => Find(versions[v], name)!);
            int[] present = [.. field.Keys];
            string[] words =
            [
                name,
                Only(field.Values.Select(each => each.Type)),
                present.Length == all.Length ? "" : Range(present, all),
                Labelled("nullable", [.. present.Where(version => field[version].Nullable)], present),
                Labelled($"tag {field[present[^1]].Tag}", [.. present.Where(version => field[version].Tag is not null)], present),
                Default(Only(field.Values.Select(each => each.Default))),
            ];
            _lines.Add(indent + string.Join(' ', words.Where(word => word.Length > 0)));
            Print(indent + "    ", field.ToDictionary(each => each.Key, each => each.Value.Fields));
        }
    }

    /// <summary>The names of all versions in one order, which no version contradicts.</summary>
    private static List<string> Order(Dictionary<int, IReadOnlyList<WireField>> versions)
    {
        List<string> order = [];
        foreach (var version in versions.Keys.OrderDescending())
        {
            var last = -1;
            foreach (var field in versions[version])
            {
                var at = order.IndexOf(field.Name);
                if (at < 0)
                {
                    at = last + 1;
                    order.Insert(at, field.Name);
                }

                Assert.True(at > last, $"{field.Name} changes its place");
                last = at;
            }
        }

        return order;
    }

    private static WireField? Find(IReadOnlyList<WireField> fields, string name) => fields.FirstOrDefault(field => field.Name == name);

    private static string Only(IEnumerable<string> values) => string.Join('|', values.Distinct());

    private static string Default(string value) =>
        value is "0" or "false" or "" or "[]" or "{}" || value == $"{Guid.Empty}" ? "" : $"= {value}";

    private static string Labelled(string label, int[] versions, int[] all) => versions.Length switch
    {
        0 => "",
        var count when count == all.Length => label,
        _ => $"{label} {Range(versions, all)}",
    };

    private static string Range(int[] versions, int[] all)
    {
        if (versions.Length == 0)
        {
            return "";
        }

        Assert.Equal(versions.Length - 1, versions[^1] - versions[0]);
        return versions[^1] == all[^1] ? $"{versions[0]}+" : $"{versions[0]}-{versions[^1]}";
    }
}
