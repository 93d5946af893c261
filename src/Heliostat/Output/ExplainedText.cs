using System.Globalization;
using System.Text;
using Heliostat.Configuration;
using Heliostat.Configuration.Explaining;

namespace Heliostat.Output;

/// <summary>An explained file as text: a block for each flow and each reader in it, then the keys without effect.</summary>
internal static class ExplainedText
{
    private const int OriginColumn = 58;

    /// <param name="file">What to print.</param>
    /// <param name="all">Settings that nobody set as well.</param>
    public static string Of(ExplainedFile file, bool all)
    {
        var text = new StringBuilder();
        foreach (var flow in file.Flows)
        {
            text.AppendLine(flow.Enabled ? flow.Flow : $"{flow.Flow} (heartbeats only)");
            foreach (var reader in flow.Readers)
            {
                Reader(text, reader, all);
            }

            text.AppendLine();
        }

        Problems(text, "Does not do what it says", file.Warnings);
        Problems(text, "To know", file.Notices);
        return text.ToString();
    }

    private static void Reader(StringBuilder text, ExplainedReader reader, bool all)
    {
        text.AppendLine($"  {reader.Name}");
        foreach (var setting in reader.Settings.Where(s => all ? s.Value is not null : !s.IsDefault))
        {
            var pair = $"    {setting.Key} = {OneLine(setting.Value ?? "")}";
            text.AppendLine($"{pair.PadRight(OriginColumn)}  {Origin(setting)}");
            foreach (var loser in setting.Overridden)
            {
                text.AppendLine($"{"".PadRight(OriginColumn)}  over {Place(loser.WrittenAs, loser.Line)} = {OneLine(loser.Value)}");
            }

            if (setting.NoEffect is { } reason)
            {
                text.AppendLine($"{"".PadRight(OriginColumn)}  no effect: {reason}");
            }
        }

        if (!all && reader.Settings.Count(s => s.IsDefault && s.Value is not null) is var defaults and > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"    ({defaults} more have their defaults)");
        }
    }

    private static string Origin(ExplainedSetting setting) =>
        setting.IsDefault ? "default" : setting.WrittenAs is { } key ? Place(key, setting.Line) : setting.Reason ?? "";

    private static string Place(string key, int line) => string.Create(CultureInfo.InvariantCulture, $"line {line}: {key}");

    private static string OneLine(string value) => value.ReplaceLineEndings("\\n");

    private static void Problems(StringBuilder text, string title, IReadOnlyList<ConfigurationProblem> problems)
    {
        if (problems.Count == 0)
        {
            return;
        }

        text.AppendLine(title);
        foreach (var problem in problems)
        {
            text.AppendLine($"  {problem}");
        }

        text.AppendLine();
    }
}
