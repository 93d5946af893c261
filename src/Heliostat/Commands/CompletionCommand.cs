using System.CommandLine;
using Heliostat.Commands.Usage;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary><c>heliostat completion</c>: a script by which a shell completes its commands and options.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or fish" };

    public static Command Create()
    {
        var command = new Command("completion",
            "Print what lets a shell complete commands and options: source <(heliostat completion bash).") { Shell };
        command.SetAction(parsed =>
        {
            var root = parsed.RootCommandResult.Command;
            if (Completion.Of(root, parsed.GetValue(Shell)!) is not { } script)
            {
                Terminal.Error.WriteLine(
                    $"heliostat: completion: '{parsed.GetValue(Shell)}' is none of {string.Join(", ", Completion.Shells)}");
                return ExitCode.Usage;
            }

            Console.Out.Write(script);
            return ExitCode.Success;
        });
        return command;
    }
}
