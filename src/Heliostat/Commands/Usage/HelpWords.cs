namespace Heliostat.Commands.Usage;

/// <summary><c>help</c> and <c>version</c> without hyphens, as many other programs take them.</summary>
internal static class HelpWords
{
    public static readonly string[] All = ["help", "version"];

    public static string[] Normalized(string[] args) => args switch
    {
        ["help"] => ["--help"],
        ["help", var command] => [command, "--help"],
        ["version"] => ["--version"],
        _ => args,
    };
}
