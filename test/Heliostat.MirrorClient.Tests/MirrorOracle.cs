using System.Globalization;
using System.Text;
using Heliostat.Testing.RealKafka;

namespace Heliostat.MirrorClient.Tests;

/// <summary>MirrorMaker 2's own classes of KAFKA_HOME, asked one question a line (Java/MirrorOracle.java).</summary>
internal static class MirrorOracle
{
    public const string Null = "-";

    public static Task<string[]> AskAsync(IEnumerable<string> questions) => JavaProgram.RunAsync(
        Path.Combine(AppContext.BaseDirectory, "Java", "MirrorOracle.java"), "org.apache.kafka.connect.mirror.MirrorOracle", [], questions,
        CancellationToken.None);

    /// <summary>Asks all questions and compares the answers with ours.</summary>
    public static async Task AgreesAsync(IReadOnlyCollection<(string Question, string Ours)> all)
    {
        var answers = await AskAsync(all.Select(one => one.Question));

        Assert.Equal(all.Count, answers.Length);
        var differences = all.Zip(answers).Where(pair => pair.Second != pair.First.Ours)
            .Select(pair => $"{pair.First.Question}\nJava {pair.Second}\nours {pair.First.Ours}").ToArray();
        Assert.True(differences.Length == 0,
            $"{differences.Length} differences:\n{string.Join('\n', differences.Take(3).Select(d => d.Length > 2000 ? d[..2000] : d))}");
    }

    public static string Line(params ReadOnlySpan<object?> fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields)
        {
            line.Append(line.Length == 0 ? "" : "\t").Append(field switch
            {
                null => Null,
                string text => text,
                byte[] bytes => Convert.ToHexString(bytes),
                bool value => Bool(value),
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => field.ToString(),
            });
        }

        return line.ToString();
    }

    public static string Hex(string? text) => text is null ? Null : Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    public static string Text(string hex) => Encoding.UTF8.GetString(Convert.FromHexString(hex));

    public static string Bool(bool value) => value ? "true" : "false";
}
