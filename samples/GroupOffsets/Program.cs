// Where would the groups of a source cluster go on, on the cluster that it is mirrored to?
//
//     dotnet run --project samples/GroupOffsets -- localhost:9192 A 'billing.*'
//     dotnet run --project samples/GroupOffsets -- client.properties A 'billing.*'
using System.Text.RegularExpressions;
using Heliostat.MirrorClient;
using Heliostat.Protocol;

if (args.Length != 3)
{
    Console.Error.WriteLine("usage: GroupOffsets BOOTSTRAP-SERVERS|CLIENT.PROPERTIES SOURCE-ALIAS GROUPS");
    return 2;
}

var ct = CancellationToken.None;
try
{
    await using var client = new MirrorClient(File.Exists(args[0])
        ? MirrorClientOptions.FromFile(args[0])
        : MirrorClientOptions.For(args[0]));
    var groups = await client.RemoteConsumerOffsetsAsync(new Regex(args[2]), args[1], ct);
    foreach (var (group, offsets) in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
    {
        foreach (var (partition, offset) in offsets.OrderBy(o => o.Key.Topic, StringComparer.Ordinal).ThenBy(o => o.Key.Partition))
        {
            Console.WriteLine($"{group}\t{partition}\t{offset.Offset}");
        }
    }

    return 0;
}
catch (KafkaException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
