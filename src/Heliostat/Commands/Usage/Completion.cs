using System.CommandLine;
using System.Text;

namespace Heliostat.Commands.Usage;

/// <summary>Scripts for shells, made from the tree of commands.</summary>
internal static class Completion
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>Null for a shell that is not known.</summary>
    public static string? Of(Command root, string shell) => shell switch
    {
        "bash" => Bash(root),
        "zsh" => Zsh(root),
        "fish" => Fish(root),
        _ => null,
    };

    /// <summary>The commands that help names, with the way to each: <c>token new</c>.</summary>
    public static IEnumerable<(string Path, Command Command)> Commands(Command root) => Below(root, "");

    /// <summary>The options that a command takes, those too of the commands above it.</summary>
    public static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(Options).Where(option => option.Recursive))
            .Where(option => !option.Hidden);

    /// <summary>The first sentence of a description, without examples and defaults.</summary>
    public static string Short(string? description) =>
        (description ?? "").Split(", e.g. ")[0].Split(" [default")[0].Split(". ")[0].Split(": ")[0].TrimEnd('.');

    private static IEnumerable<(string Path, Command Command)> Below(Command command, string path)
    {
        foreach (var one in command.Subcommands.Where(one => !one.Hidden))
        {
            var name = path.Length == 0 ? one.Name : $"{path} {one.Name}";
            yield return (name, one);
            foreach (var deeper in Below(one, name))
            {
                yield return deeper;
            }
        }
    }

    private static IEnumerable<string> Names(Option option) => [option.Name, .. option.Aliases.Where(alias => alias.StartsWith('-'))];

    private static string Words(Command command) =>
        string.Join(' ', [.. command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name), .. Options(command).SelectMany(Names)]);

    private static string Bash(Command root)
    {
        var script = new StringBuilder("""
            # heliostat in bash: source <(heliostat completion bash)
            _heliostat() {
              local word=${COMP_WORDS[COMP_CWORD]} path= words= i
              for ((i = 1; i < COMP_CWORD; i++)); do
                case "${path:+$path }${COMP_WORDS[i]}" in

            """);
        script.Append("      ").AppendJoin('|', Commands(root).Select(command => $"\"{command.Path}\""))
            .Append(") path=\"${path:+$path }${COMP_WORDS[i]}\";;\n");
        script.Append("    esac\n  done\n  case \"$path\" in\n");
        foreach (var (path, command) in Commands(root).Prepend(("", root)))
        {
            script.Append($"    \"{path}\") words=\"{Words(command)}\";;\n");
        }

        script.Append("""
              esac
              case "$word" in
                -*) COMPREPLY=($(compgen -W "$words" -- "$word"));;
                *) COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"));;
              esac
            }
            complete -o filenames -F _heliostat heliostat

            """);
        return script.ToString();
    }

    private static string Zsh(Command root)
    {
        var script = new StringBuilder("""
            #compdef heliostat
            # heliostat in zsh: source <(heliostat completion zsh), or as _heliostat in a folder of $fpath
            _heliostat() {
              local cmd= i
              local -a commands options
              for ((i = 2; i < CURRENT; i++)); do
                case "${cmd:+$cmd }${words[i]}" in

            """);
        script.Append("      ")
            .AppendJoin('|', Commands(root).Select(command => $"\"{command.Path}\"")).Append(") cmd=\"${cmd:+$cmd }${words[i]}\";;\n");
        script.Append("    esac\n  done\n  case \"$cmd\" in\n");
        foreach (var (path, command) in Commands(root).Prepend(("", root)))
        {
            script.Append($"    \"{path}\")\n      commands=(");
            script.AppendJoin(' ', command.Subcommands
                .Where(one => !one.Hidden).Select(one => Quoted($"{one.Name}:{Short(one.Description)}"))).Append(")\n      options=(");
            script.AppendJoin(' ', Options(command).SelectMany(option =>
                Names(option).Select(name => Quoted($"{name}:{Short(option.Description)}")))).Append(");;\n");
        }

        script.Append("""
              esac
              (( ${#commands} )) && _describe -t commands command commands
              if [[ ${words[CURRENT]} == -* ]]; then _describe -t options option options; else _files; fi
            }
            compdef _heliostat heliostat

            """);
        return script.ToString();
    }

    private static string Fish(Command root)
    {
        var script = new StringBuilder("# heliostat in fish: heliostat completion fish | source\n");
        foreach (var (path, command) in Commands(root))
        {
            var above = path.LastIndexOf(' ') is var space and > 0
                ? $"__fish_seen_subcommand_from {path[..space]}"
                : "__fish_use_subcommand";
            script.Append($"complete -c heliostat -n '{above}' -a {command.Name} -d {Quoted(Short(command.Description))}\n");
            foreach (var option in Options(command))
            {
                var names = string.Join(' ', Names(option).Select(Fish));
                script.Append(
                    $"complete -c heliostat -n '__fish_seen_subcommand_from {command.Name}' {names} -d "
                        + $"{Quoted(Short(option.Description))}\n");
            }
        }

        return script.ToString();
    }

    /// <summary>Quoted, as fish takes <c>?</c> for files that match it.</summary>
    private static string Fish(string option) =>
        option.StartsWith("--", StringComparison.Ordinal)
            ? $"-l {option[2..]}"
            : $"{(option.Length == 2 ? "-s" : "-o")} {Quoted(option[1..])}";

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
