using Heliostat.BrokerBenchmark;

const string Usage = """
    heliostat broker benchmark

      producer [--megabytes N] [--batch-sizes LIST] [--partitions N] [--repeat N]
          kafka-producer-perf-test.sh (acks=all, records of 1 KiB) against Apache Kafka and against the embedded broker, in memory and on disk, one
          after the other; needs KAFKA_HOME (2000; 16384,65536,262144,1000000; 8; 1)
      mirror [--megabytes N] [--batch-sizes LIST] [--partitions N] [--repeat N] [--data DIR]
          Heliostat's engine between two embedded clusters, all in this process; with --data both are on disk
    """;

if (args is not [var what, .. var rest] || BenchmarkOptions.Parse(rest) is not { } options)
{
    Console.Error.WriteLine(Usage);
    return 1;
}

using var cancelled = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    cancelled.Cancel();
};
switch (what)
{
    case "producer":
        await ProducerRun.RunAsync(options, cancelled.Token);
        return 0;
    case "mirror":
        await MirrorRun.RunAsync(options, cancelled.Token);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 1;
}
