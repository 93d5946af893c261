using System.Globalization;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>The settings of <c>heliostat.SchemaIds</c>: <c>ids</c>, and what is done about those that it does not name.</summary>
internal static class SchemaIdMap
{
    public static TransformAction.SchemaIds? Read(StepValues values, PayloadPart part)
    {
        var unknown = values.Find("unknown")?.Trim() ?? "fail";
        if (unknown is not ("fail" or "pass"))
        {
            values.Wrong("unknown", $"'{unknown}' is not one of fail, pass");
        }

        return values.Entries("ids").Count == 0
            ? null
            : values.Read("ids", text => new TransformAction.SchemaIds(part, Ids(text), unknown == "fail"));
    }

    private static Dictionary<int, int> Ids(string text)
    {
        Dictionary<int, int> ids = [];
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split(':', StringSplitOptions.TrimEntries) is not [var here, var there] || !TryId(here, out var from)
                || !TryId(there, out var to) || !ids.TryAdd(from, to))
            {
                throw new FormatException($"has '{pair}' where ID:ID is to be, each id of the source's registry once");
            }
        }

        return ids;
    }

    private static bool TryId(string text, out int id) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
