using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Protocol.Tests.Messages.Java;

/// <summary>Runs KafkaCodec.java on the classes of a Kafka release: the Java client's own reading and writing of messages.</summary>
internal static class JavaCodec
{
    /// <summary>The lines that the program answers to <paramref name="lines"/>.</summary>
    public static async Task<string[]> RunAsync(KafkaDistribution kafka, IEnumerable<string> command, IEnumerable<string> lines,
        CancellationToken ct)
    {
        using var folder = new TemporaryFolder("codec");
        var input = folder.File("input");
        await File.WriteAllLinesAsync(input, lines, ct);
        var program = Path.Combine(AppContext.BaseDirectory, "Messages", "Java", "KafkaCodec.java");
        string[] java = ["java", "-cp", Path.Combine(kafka.Home, "libs", "*"), program, .. command, input];
        await using var process = ChildProcess.Start(folder.File("java"), java, environment: null, separateErrors: true);
        var exit = await process.WaitForExitAsync(TimeSpan.FromMinutes(2), ct);
        Assert.True(exit == 0, $"KafkaCodec.java ended with {exit}: {await File.ReadAllTextAsync(process.ErrorFile, ct)}");
        return await File.ReadAllLinesAsync(process.OutputFile, ct);
    }
}
