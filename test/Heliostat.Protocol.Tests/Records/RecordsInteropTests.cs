using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Protocol.Tests.Records;

/// <summary>
/// A case is a file: bytes in base64 on the first line, then what the Java client reads in them (java/RecordsInterop.java).
/// </summary>
public class RecordsInteropTests
{
    private const int Seed = 98;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Records");

    public static TheoryData<string> Fixtures =>
        [.. Directory.GetFiles(Path.Combine(Folder, "fixtures")).Order().Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Recorded_batches_are_read_as_Java_reads_them(string name) => AssertReadAlike(Path.Combine(Folder, "fixtures", name));

    [KafkaFact("4.3.1")]
    public async Task Batches_that_Java_writes_are_read_as_Java_reads_them()
    {
        using var folder = new TemporaryFolder("records");

        await JavaAsync("write", folder.Path);

        var files = Directory.GetFiles(folder.Path);
        Assert.True(files.Length > 30, $"{files.Length} cases");
        Assert.All(files, AssertReadAlike);
    }

    [KafkaFact("4.3.1")]
    public async Task Java_reads_the_batches_that_we_write()
    {
        using var folder = new TemporaryFolder("records");
        foreach (var (name, bytes) in OurBatches()) await File.WriteAllTextAsync(folder.File(name), Convert.ToBase64String(bytes) + "\n");

        await JavaAsync("read", folder.Path);

        Assert.All(Directory.GetFiles(folder.Path), AssertReadAlike);
    }

    private static void AssertReadAlike(string file)
    {
        var lines = File.ReadAllLines(file);
        Assert.True(lines.Length > 1, "no records");

        Assert.Equal(lines.Skip(1), RecordDump.Of(Convert.FromBase64String(lines[0])));
    }

    private static IEnumerable<(string Name, byte[] Bytes)> OurBatches()
    {
        var random = new Random(Seed);
        foreach (var codec in Enum.GetValues<CompressionCodec>())
        {
            foreach (var (size, records) in Samples(random, headers: true))
            {
                using var builder = new RecordBatchBuilder(codec);
                yield return ($"v2-{codec}-{size}", RecordBatchBuilderTests.Build(builder, records));
                builder.LogAppendTimestamp = 1_600_000_000_000;
                builder.ProducerId = 4711;
                builder.ProducerEpoch = 3;
                builder.BaseSequence = 2_000_000_000;
                builder.IsTransactional = true;
                var rewritten = builder.Build().ToArray();
                yield return ($"v2-{codec}-{size}-append", rewritten.ToArray());
                RecordBatchHeader.Rewrite(rewritten, transactional: false, producerId: 1L << 50, producerEpoch: 0, baseSequence: 0);
                yield return ($"v2-{codec}-{size}-rewritten", rewritten);
            }

            if (codec == CompressionCodec.Zstd) continue;
            foreach (var (size, records) in Samples(random, headers: false))
            {
                for (byte magic = 0; magic < 2; magic++)
                {
                    using var builder = new LegacyMessageSetBuilder(magic, codec);
                    foreach (var r in records) builder.Append(r.Offset, r.Timestamp, r.Key, r.Value);
                    yield return ($"v{magic}-{codec}-{size}", builder.Build().ToArray());
                }
            }
        }

        using var markers = new RecordBatchBuilder { ProducerId = 4, ProducerEpoch = 1, BaseOffset = 8 };
        new ControlRecord(ControlRecordType.Abort, 6).AppendTo(markers, timestamp: 99);
        yield return ("marker", markers.Build().ToArray());
    }

    private static IEnumerable<(string Size, List<SampleRecord> Records)> Samples(Random random, bool headers) =>
    [
        ("one", SampleRecord.Some(random, 1, headers: headers)),
        ("some", SampleRecord.Some(random, 30, headers: headers)),
        ("holes", SampleRecord.Some(random, 30, holes: true, headers: headers)),
        ("large", SampleRecord.Some(random, 60, maxValue: 100_000, headers: headers)),
    ];

    private static async Task JavaAsync(string command, string folder)
    {
        var kafka = KafkaDistribution.Require("4.3.1");
        string[] java = ["java", "-XX:TieredStopAtLevel=1", "-cp", Path.Combine(kafka.Home, "libs", "*"),
            Path.Combine(Folder, "java", "RecordsInterop.java")];
        using var output = new TemporaryFolder("java");

        await using var process = ChildProcess.Start(output.File("interop"), [.. java, command, folder], null, separateErrors: false);
        var status = await process.WaitForExitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);

        Assert.True(status == 0, process.Tail());
    }

}
