using System.Globalization;
using Heliostat.Protocol.Compression;
using Heliostat.RecordBenchmark;

const string Usage = """
    heliostat record benchmark

      [--seconds N] [--only TEXT]
          a lane's work on batches whose records are looked at, without brokers and sockets, in one thread: for each rule and codec the
          MB of uncompressed records that one processor takes in a second (5 seconds each; all). With KAFKA_HOME also classes of Kafka in a
          JVM beside it, whose processor time is not in that: of those the clock counts, as one waits for the other
    """;

var (seconds, only) = (5, "");
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 == args.Length || args[i] is not ("--seconds" or "--only"))
    {
        Console.Error.WriteLine(Usage);
        return 1;
    }

    (seconds, only) = args[i] == "--only" ? (seconds, args[i + 1]) : (int.Parse(args[i + 1], CultureInfo.InvariantCulture), only);
}

using var java = RecordCases.Java();
foreach (var codec in (CompressionCodec[])[CompressionCodec.None, CompressionCodec.Lz4])
{
    var batch = RecordCases.Batch(codec);
    foreach (var (name, rules) in RecordCases.All(java).Where(one => one.Name.Contains(only, StringComparison.Ordinal)))
    {
        var run = RecordRun.Of(batch, rules, TimeSpan.FromSeconds(seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{codec,-5} {name,-40} {run.MegabytesPerSecond,8:F0} MB/s; a record: {run.Nanoseconds,6:F0} ns, "
            + $"by the clock {run.Clock,6:F0} ns, {run.Allocated,6:F0} B"));
    }
}

return 0;
