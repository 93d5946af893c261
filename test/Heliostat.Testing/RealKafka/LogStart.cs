using System.Globalization;

namespace Heliostat.Testing.RealKafka;

/// <summary>Logs that begin far from 0, as those of old topics do, without a billion records produced before.</summary>
public static class LogStart
{
    /// <summary>Lets the log of a new topic's partition begin at <paramref name="offset"/>. Stops and starts the only broker.</summary>
    public static async Task MoveAsync(KafkaCluster cluster, string topic, int partition, long offset, CancellationToken ct)
    {
        await cluster.StopBrokerAsync(1, ct);
        var data = cluster.Broker(1).DataFolder;
        var log = Path.Combine(data, $"{topic}-{partition}");
        foreach (var file in Directory.GetFiles(log, "00000000000000000000.*"))
        {
            File.Move(file, Path.Combine(log, offset.ToString("D20", CultureInfo.InvariantCulture) + Path.GetExtension(file)));
        }

        foreach (var snapshot in Directory.GetFiles(log, "*.snapshot"))
        {
            File.Delete(snapshot);
        }

        await File.WriteAllTextAsync(Path.Combine(log, "leader-epoch-checkpoint"), "0\n0\n", ct);
        foreach (var file in Directory.GetFiles(data, "*-offset-checkpoint"))
        {
            // A version, how many lines follow, and those.
            var lines = (await File.ReadAllLinesAsync(file, ct))
                .Skip(2).Where(line => !line.StartsWith($"{topic} {partition} ", StringComparison.Ordinal)).ToList();
            await File.WriteAllTextAsync(file, string.Concat(lines.Prepend($"{lines.Count}").Prepend("0").Select(line => line + "\n")), ct);
        }

        await cluster.StartBrokerAsync(1, ct);
    }
}
