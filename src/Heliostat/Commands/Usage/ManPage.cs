using System.CommandLine;
using System.Text;

namespace Heliostat.Commands.Usage;

/// <summary>Pages of the manual, made from the tree of commands, and the examples and exit statuses of their help.</summary>
internal static class ManPage
{
    /// <summary>A page for the program, and one for each command: <c>heliostat-token-new</c>.</summary>
    public static IReadOnlyList<(string Name, string Text)> All(Command root, string version) =>
    [
        ("heliostat", Of(root, "heliostat", version)),
        .. Completion.Commands(root)
            .Select(command => ($"heliostat-{command.Path.Replace(' ', '-')}", Of(command.Command, $"heliostat {command.Path}", version))),
    ];

    private static string Of(Command command, string name, string version)
    {
        var page = new StringBuilder();
        var dashed = name.Replace(' ', '-');
        page.Append(
            $".TH {dashed.ToUpperInvariant()} 1 \"\" \"Heliostat {Plain(version)}\" \"\"\n.SH NAME\n{Plain(dashed)} \\- "
                + $"{Plain(Completion.Short(command.Description))}\n");
        page.Append($".SH SYNOPSIS\n.B {Plain(name)}\n");
        page.Append(command.Subcommands.Any(one => !one.Hidden) ? "COMMAND\n" : "");
        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
        {
            page.Append(argument.Arity.MinimumNumberOfValues == 0 ? $"[{Plain(argument.Name)}]\n" : $"{Plain(argument.Name)}\n");
        }

        page.Append($"[OPTIONS]\n.SH DESCRIPTION\n{Plain(command.Description)}\n");
        Section(page, "COMMANDS", command.Subcommands.Where(one => !one.Hidden).Select(one => (one.Name, one.Description)));
        Section(page, "ARGUMENTS",
            command.Arguments.Where(argument => !argument.Hidden).Select(argument => (argument.Name, argument.Description)));
        Section(page, "OPTIONS", Completion.Options(command).Select(option => (
            string.Join(", ", option.Aliases.Where(alias => alias.StartsWith('-')).Prepend(option.Name))
                + (option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) ? $" {option.HelpName ?? "VALUE"}" : ""),
            option.Description)));
        if (CommandHelp.NotesOf(command) is var (examples, statuses))
        {
            page.Append(".SH EXAMPLES\n").AppendJoin("", examples.Select(example => $".PP\n.nf\n{Plain(example)}\n.fi\n"));
            page.Append(".SH EXIT STATUS\n").AppendJoin("", statuses.Select(status => $".PP\n{Plain(status)}\n"));
        }

        return page
            .Append(".SH SEE ALSO\n").Append(name == "heliostat" ? "heliostat-run(1), heliostat-status(1)\n" : "heliostat(1)\n").ToString();
    }

    private static void Section(StringBuilder page, string title, IEnumerable<(string Name, string? Description)> entries)
    {
        var all = entries.ToList();
        page.Append(all.Count > 0 ? $".SH {title}\n" : "");
        foreach (var (name, description) in all)
        {
            page.Append($".TP\n.B {Plain(name)}\n{Plain(description)}\n");
        }
    }

    /// <summary>As troff takes for nothing else.</summary>
    private static string Plain(string? text)
    {
        var plain = (text ?? "")
            .Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).ReplaceLineEndings(" ");
        return plain.StartsWith('.') || plain.StartsWith('\'') ? "\\&" + plain : plain;
    }
}
