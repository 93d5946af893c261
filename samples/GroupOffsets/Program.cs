// Where would the groups of a source cluster go on, on the cluster that it is mirrored to?
//
//     dotnet run --project samples/GroupOffsets -- localhost:9192 A 'billing.*'
using System.Text.RegularExpressions;
using Heliostat.MirrorClient;

if (args.Length != 3)
{
    Console.Error.WriteLine("usage: GroupOffsets BOOTSTRAP-SERVERS SOURCE-ALIAS GROUPS");
    return 2;
}

var ct = CancellationToken.None;
await using var client = new MirrorClient(MirrorClientOptions.For(args[0]));
try
{
    var groups = await client.RemoteConsumerOffsetsAsync(new Regex(args[2]), args[1], TimeSpan.FromSeconds(30), ct);
    foreach (var (group, offsets) in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
    {
        foreach (var (partition, offset) in offsets.OrderBy(o => o.Key.Topic, StringComparer.Ordinal).ThenBy(o => o.Key.Partition))
        {
            Console.WriteLine($"{group}\t{partition}\t{offset.Offset}");
        }
    }

    return 0;
}
catch (Exception e) when (e is Heliostat.Client.KafkaErrorException or Heliostat.Transport.KafkaConnectionException or TimeoutException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
