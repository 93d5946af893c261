using System.CommandLine;
using System.Security.Cryptography;
using Heliostat.Api;
using Heliostat.Output;

namespace Heliostat.Commands;

/// <summary>
/// <c>heliostat token</c>: makes, lists and revokes tokens of the API, in the file that <c>heliostat.api.tokens.file</c> names.
/// </summary>
internal static class TokenCommand
{
    private const int TokenBytes = 32;

    private static readonly Argument<string> Name = new("NAME") { Description = "Whose it is: letters, digits, dots, dashes" };

    private static readonly Option<string> File = new("--file")
    {
        Description = "The file of tokens, heliostat.api.tokens.file",
        HelpName = "FILE",
        Required = true
    };

    private static readonly Option<string> RoleOption = new("--role")
    {
        Description = "view: look; operate: pause, resume, restart too; admin: everything",
        HelpName = "ROLE",
        Required = true
    };

    public static Command Create()
    {
        var add = new Command("new", "Make a token, print it once, and keep its hash in the file.") { Name, RoleOption, File };
        add.SetAction(parsed => Guard(() => New(parsed.GetValue(Name)!, parsed.GetValue(RoleOption)!, parsed.GetValue(File)!)));
        var list = new Command("list", "Name the tokens of a file and their roles.") { File };
        list.SetAction(parsed => Guard(() => List(parsed.GetValue(File)!)));
        var revoke = new Command("revoke", "Take a token out of a file; a running mirror notices within a second.") { Name, File };
        revoke.SetAction(parsed => Guard(() => Revoke(parsed.GetValue(Name)!, parsed.GetValue(File)!)));
        return new Command("token", "Make, list and revoke tokens of the API.") { add, list, revoke };
    }

    private static int New(string name, string word, string path)
    {
        if (!TokenFile.TryRole(word, out var role))
        {
            return Wrong($"--role: '{word}' is none of view, operate and admin");
        }

        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@'))
        {
            return Wrong($"'{name}' is not a name of letters, digits, dots and dashes");
        }

        if (System.IO.File.Exists(path) && TokenFile.Read(path).Any(token => token.Name == name))
        {
            return Wrong($"{path} has a token of {name} already; 'heliostat token revoke {name} --file {path}' takes it out");
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var appending = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            appending.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(path, appending))
        using (var writer = new StreamWriter(file))
        {
            writer.WriteLine(TokenFile.Line(name, role, secret));
        }

        Console.Out.WriteLine(secret);
        return ExitCode.Success;
    }

    private static int List(string path)
    {
        foreach (var token in TokenFile.Read(path))
        {
            Console.Out.WriteLine($"{token.Name} {Access.Word(token.Role)}");
        }

        return ExitCode.Success;
    }

    private static int Revoke(string name, string path)
    {
        string[] lines = System.IO.File.ReadAllLines(path);
        string[] kept = [.. lines.Where(line => line.Trim().Split(' ')[0] != name)];
        if (kept.Length == lines.Length)
        {
            return Wrong($"{path} has no token of {name}");
        }

        System.IO.File.WriteAllLines(path, kept);
        return ExitCode.Success;
    }

    private static int Guard(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            Terminal.Error.WriteLine($"heliostat: {failure.Message}");
            return ExitCode.Configuration;
        }
    }

    private static int Wrong(string problem)
    {
        Terminal.Error.WriteLine($"heliostat: {problem}");
        return ExitCode.Usage;
    }
}
