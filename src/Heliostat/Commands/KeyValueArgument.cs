using System.CommandLine.Parsing;

namespace Heliostat.Commands;

/// <summary>A setting as a command line writes it: <c>KEY=VALUE</c>.</summary>
internal static class KeyValueArgument
{
    /// <summary>A validator of System.CommandLine for an option that takes settings.</summary>
    public static void Check(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            result.AddError($"{result.Option.Name}: '{token.Value}' is not KEY=VALUE");
        }
    }

    /// <summary>What passed <see cref="Check"/>; of a key that is set twice, the last value.</summary>
    public static Dictionary<string, string> ParseAll(IEnumerable<string> arguments)
    {
        Dictionary<string, string> values = [];
        foreach (var argument in arguments)
        {
            var end = argument.IndexOf('=', StringComparison.Ordinal);
            values[argument[..end]] = argument[(end + 1)..];
        }

        return values;
    }
}
