using System.Text;
using Heliostat.Testing.RealKafka;

namespace Heliostat.MirrorClient.Tests;

/// <summary>MirrorMaker 2's own classes of KAFKA_HOME, asked one question a line (Java/MirrorOracle.java).</summary>
internal static class MirrorOracle
{
    public const string Null = "-";

    public static Task<string[]> AskAsync(IEnumerable<string> questions) => JavaProgram.RunAsync(
        Path.Combine(AppContext.BaseDirectory, "Java", "MirrorOracle.java"), "org.apache.kafka.connect.mirror.MirrorOracle", [], questions, CancellationToken.None);

    public static string Hex(string? text) => text is null ? Null : Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    public static string Text(string hex) => Encoding.UTF8.GetString(Convert.FromHexString(hex));

    public static string Bool(bool value) => value ? "true" : "false";
}
