using System.CommandLine;
using Heliostat.Commands.Usage;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat man</c>: its pages of the manual.</summary>
internal static class ManCommand
{
    private static readonly Argument<string?> Of = new("COMMAND")
    {
        Description = "Of which command [default: of heliostat]",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Option<string> To = new("--to")
    {
        Description = "Write all pages into this folder, as heliostat-COMMAND.1",
        HelpName = "FOLDER"
    };

    public static Command Create()
    {
        var command = new Command("man", "Print a page of the manual: heliostat man run | man -l -.") { Of, To };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var root = parsed.RootCommandResult.Command;
        var pages = ManPage.All(root, ProgramVersion.Text);
        if (parsed.GetValue(To) is { } folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
                foreach (var (name, page) in pages)
                {
                    File.WriteAllText(Path.Combine(folder, $"{name}.1"), page);
                }

                return ExitCode.Success;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Terminal.Error.WriteLine($"heliostat: man: {failure.Message}");
                return ExitCode.Failure;
            }
        }

        var asked = parsed.GetValue(Of) is { } command ? $"heliostat-{command}" : "heliostat";
        if (pages.FirstOrDefault(page => page.Name == asked) is not { Text: not null } found)
        {
            Terminal.Error.WriteLine($"heliostat: man: there is no command '{parsed.GetValue(Of)}'");
            return ExitCode.Usage;
        }

        Console.Out.Write(found.Text);
        return ExitCode.Success;
    }
}
