using System.CommandLine;
using System.Diagnostics;
using Heliostat.Commands;
using Heliostat.Commands.Usage;

namespace Heliostat.Tests.Commands;

public sealed class UsageTests
{
    private static readonly RootCommand Root = new("Mirrors.") { StatusCommand.Create(), TokenCommand.Create(), TopCommand.Create() };

    [Fact]
    public async Task Bash_completes_commands_and_options()
    {
        var script = Completion.Of(Root, "bash")
            + "\nask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _heliostat; echo \"${COMPREPLY[*]}\"; }\n"
            + "cd /\nask heliostat st\nask heliostat token n\nask heliostat status --j\nask heliostat token new --ro\n";

        Assert.Equal("status\nnew\n--json\n--role\n", await RunAsync("/bin/bash", script));
    }

    [Fact]
    public void Every_shell_that_is_named_has_a_script()
    {
        Assert.All(Completion.Shells, shell => Assert.Contains("--json",
            Completion.Of(Root, shell)!.Replace("-l json", "--json", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Null(Completion.Of(Root, "tcsh"));
    }

    /// <summary>fish takes a bare <c>?</c> for files that match it, and then the whole script for wrong.</summary>
    [Fact]
    public void What_fish_would_read_otherwise_is_quoted()
    {
        var help = new Option<bool>("--help", "-?") { Description = "Show help, e.g. of a command [default: no]" };
        var script = Completion.Of(new RootCommand { new Command("status") { help } }, "fish")!;

        Assert.Contains("-l help -s '?' -d 'Show help'\n", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_command_has_a_page_of_the_manual()
    {
        var pages = ManPage.All(Root, "1.0").ToDictionary(page => page.Name, page => page.Text);

        Assert.Equal(["heliostat", "heliostat-status", "heliostat-token", "heliostat-token-list", "heliostat-token-new",
            "heliostat-token-revoke", "heliostat-top"], pages.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(".TP\n.B \\-\\-json\nOne JSON object, with everything\n", pages["heliostat-status"], StringComparison.Ordinal);
        Assert.Contains(".SH EXIT STATUS\n.PP\n0 when all is live\n", pages["heliostat-status"], StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}
