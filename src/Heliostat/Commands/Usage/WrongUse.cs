using System.CommandLine;
using System.CommandLine.Parsing;

namespace Heliostat.Commands.Usage;

/// <summary>
/// What is wrong with a command line, in one line: the first thing that keeps it from being understood, and what was probably meant.
/// </summary>
internal static class WrongUse
{
    /// <param name="parsed">A command line with errors.</param>
    public static string Line(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var problem = (SwallowedOption(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null)) is { } stray
            ? Stray(command, stray)
            : Missing(
            [
                .. command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0
                    && parsed.GetResult(argument) is null or { Tokens.Count: 0 }).Select(argument => argument.Name),
                .. command.Options.Where(option => option.Required && parsed.GetResult(option) is not { Implicit: false })
                    .Select(option => option.Name),
            ]) ?? parsed.Errors[0].Message;
        return $"heliostat: {WithHelp(command, problem)}";
    }

    /// <summary>
    /// What looks like an option, is none, and was taken for an argument such as a file; null for none, or behind a <c>--</c>.
    /// </summary>
    public static string? SwallowedOption(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash) ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 1 && value[0] == '-');

    /// <summary>What a command that is not understood ends with: 1, unless that says something else of it.</summary>
    public static int ExitCodeOf(Command command) => command.Name switch
    {
        RunCommand.DropInName => RunCommand.DropInUsageExitCode,
        VerifyCommand.Name => ExitCode.Configuration,
        _ => ExitCode.Usage,
    };

    /// <summary>The problem, and where to read what would be right.</summary>
    public static string WithHelp(Command command, string problem) =>
        $"{problem.TrimEnd('.')}; see 'heliostat {(command is RootCommand ? "" : command.Name + " ")}--help'";

    /// <summary>That arguments and options of these names are missing; null for none.</summary>
    public static string? Missing(string[] names) => names switch
    {
        [] => null,
        [var one] => $"{one} is missing",
        _ => $"{string.Join(", ", names[..^1])} and {names[^1]} are missing",
    };

    /// <summary>Of a token that is no part of <paramref name="command"/>: that it is none, and the nearest that is.</summary>
    public static string Stray(Command command, string token)
    {
        var isOption = token.StartsWith('-');
        var candidates = isOption
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).Concat(command is RootCommand ? HelpWords.All : []);
        var near = Spelling.Nearest(token.Split('=')[0], candidates) is { } meant ? $"; did you mean '{meant}'?" : "";
        var kind = isOption ? "an option" : command.Subcommands.Count > 0 ? "a command" : "something";
        return $"'{token}' is not {kind} of {(command is RootCommand ? "heliostat" : command.Name)}{near}";
    }
}
