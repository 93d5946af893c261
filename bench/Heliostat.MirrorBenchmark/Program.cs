using Heliostat.MirrorBenchmark;
using Heliostat.Testing.RealKafka;

if (args is [Relay.Command, .. var ports])
{
    Relay.Run(ports);
    return 0;
}

if (BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 1;
}

if (KafkaDistribution.Find() is not { } kafka)
{
    Console.Error.WriteLine("KAFKA_HOME does not name an Apache Kafka folder");
    return 1;
}

using var cancelled = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    cancelled.Cancel();
};
var mirrors =
    (from tls in options.Tls.Select(TlsUse.Named)
     from name in options.Mirrors
     from viewers in options.Viewers
     select (Mirror: Mirror.Named(name), Tls: tls, Viewers: viewers)).ToArray();
Console.WriteLine(
    $"{options.Records} records of {Payload.RecordBytes} bytes, {options.Partitions} partitions, source batch.size {options.BatchSize}; " +
        $"brokers {kafka.Version}; {Environment.ProcessorCount} processors. GB and MB are of uncompressed records.\n");
Console.WriteLine(Measurement.Header);
List<Measurement> measurements = [];
await using var benchmark = await Benchmark.StartAsync(options, cancelled.Token);
try
{
    foreach (var codec in options.Codecs)
    {
        await benchmark.FillAsync(codec, cancelled.Token);
        for (var run = 0; run < options.Repeat; run++)
        {
            foreach (var (mirror, tls, viewers) in run % 2 == 0 ? mirrors : mirrors.Reverse())
            {
                var measurement = mirror is null
                    ? await benchmark.MeasureRelayAsync(codec, tls, cancelled.Token)
                    : await benchmark.MeasureAsync(codec, mirror, tls, viewers, cancelled.Token);
                measurements.Add(measurement);
                Console.WriteLine(measurement.Row);
            }
        }
    }

    foreach (var line in options.Repeat > 1 ? ["", .. Summary.Of(measurements), .. Summary.OfPairs(measurements)] : Array.Empty<string>())
    {
        Console.WriteLine(line);
    }

    return 0;
}
catch (TimeoutException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
