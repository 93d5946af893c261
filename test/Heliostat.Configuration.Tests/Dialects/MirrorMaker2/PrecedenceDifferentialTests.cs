using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

public sealed class PrecedenceDifferentialTests(ITestOutputHelper output)
{
    private const int RandomCases = 150;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Dialects", "MirrorMaker2", "Files");

    public static TheoryData<string> Files => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.properties").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_becomes_the_maps_that_were_recorded(string name)
    {
        var recorded = File.ReadAllLines(Path.Combine(Folder, name + ".maps"));

        var ours = OurMaps.Of(Content(name));

        Assert.True(recorded.SequenceEqual(ours), Differences(name, recorded, ours));
    }

    [KafkaFact]
    public async Task The_recorded_maps_are_those_of_MirrorMaker_2()
    {
        string[] names = [.. Names];

        var java = await MirrorMaker2Oracle.MapsAsync(names.Select(Content), CancellationToken.None);

        // HELIOSTAT_RECORD names the source folder to record into.
        if (Environment.GetEnvironmentVariable("HELIOSTAT_RECORD") is { } folder)
        {
            foreach (var (name, lines) in names.Zip(java))
            {
                await File.WriteAllLinesAsync(Path.Combine(folder, name + ".maps"), lines);
            }
        }

        foreach (var (name, lines) in names.Zip(java))
        {
            var recorded = await File.ReadAllLinesAsync(Path.Combine(Folder, name + ".maps"));
            Assert.True(recorded.SequenceEqual(lines), Differences(name, lines, recorded));
        }
    }

    [KafkaFact]
    public async Task Random_files_become_the_maps_of_MirrorMaker_2()
    {
        var seed = Seed.Next(output);
        var generator = new RandomFiles(new Random(seed));
        var files = Enumerable.Range(0, RandomCases).Select(_ => generator.Next()).ToArray();

        var java = await MirrorMaker2Oracle.MapsAsync(files, CancellationToken.None);

        Assert.Equal(files.Length, java.Count);
        var flows = 0;
        foreach (var (file, lines) in files.Zip(java))
        {
            Assert.False(lines[^1].StartsWith("E ", StringComparison.Ordinal),
                $"seed {seed}: {lines[^1]}\n{file}\n{string.Join("\n", lines.TakeLast(3))}");
            var ours = OurMaps.Of(file);
            Assert.True(lines.SequenceEqual(ours), $"seed {seed}\n{Differences(file, lines, ours)}");
            flows += lines.Count(l => l.EndsWith("|flow", StringComparison.Ordinal));
        }

        output.WriteLine($"{files.Length} files, {flows} flows, {java.Sum(j => j.Length)} values the same");
    }

    private static string Content(string name) => File.ReadAllText(Path.Combine(Folder, name + ".properties"), System.Text.Encoding.Latin1);

    private static string Differences(string name, IEnumerable<string> java, IEnumerable<string> ours) =>
        $"{name}\nonly in MirrorMaker 2:\n  {string.Join("\n  ", java.Except(ours).Take(40))}\nonly here:\n  "
            + $"{string.Join("\n  ", ours.Except(java).Take(40))}";
}
